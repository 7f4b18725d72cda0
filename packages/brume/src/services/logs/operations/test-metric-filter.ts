/** TestMetricFilter: what a pattern finds in messages, and the values that it names. */
import type {
  TestMetricFilterRequest,
  TestMetricFilterResponse,
} from '../../../model/generated/logs.types.ts';
import { compileFilterPattern } from '../filter-pattern/filter-pattern.ts';
import type { LogsState } from '../state.ts';

export function testMetricFilter(
  _state: LogsState,
  { filterPattern, logEventMessages }: TestMetricFilterRequest,
): TestMetricFilterResponse {
  const pattern = compileFilterPattern(filterPattern);
  const matches = logEventMessages.flatMap((eventMessage, index) => {
    if (!pattern.matches(eventMessage)) return [];
    const extractedValues = pattern.extract(eventMessage);
    return [{ eventNumber: index + 1, eventMessage, extractedValues }];
  });
  return { matches };
}
