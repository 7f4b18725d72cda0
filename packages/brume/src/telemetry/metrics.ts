/** Counters and latency histograms per service and operation, in Prometheus' text format. */
import { escapeLabel, ServiceMetrics } from './service-metrics.ts';

/** Upper bounds of the latency buckets, in seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Operations come from the models; this only bounds what a flood of made-up names could add. */
const SERIES_MAX = 5000;

interface Series {
  readonly labels: string;
  readonly buckets: Float64Array;
  sumSeconds: number;
  count: number;
  readonly byStatus: Map<number, number>;
}

export class RequestMetrics {
  /** What services count of themselves. */
  readonly services = new ServiceMetrics();
  readonly #series = new Map<string, Map<string, Series>>();
  #seriesCount = 0;

  /** Records one answered request. */
  record(service: string, operation: string, status: number, durationMs: number): void {
    const series = this.#seriesOf(service, operation);
    if (!series) return;
    const seconds = durationMs / 1000;
    series.count++;
    series.sumSeconds += seconds;
    const bucket = BUCKETS.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) series.buckets[bucket]!++;
    series.byStatus.set(status, (series.byStatus.get(status) ?? 0) + 1);
  }

  /** All series as Prometheus reads them. */
  render(): string {
    const requests: string[] = [];
    const durations: string[] = [];
    for (const series of this.#all()) {
      for (const [status, count] of series.byStatus) {
        requests.push(`brume_requests_total{${series.labels},status="${status}"} ${count}\n`);
      }
      durations.push(...histogramLines(series));
    }
    return (
      '# HELP brume_requests_total Requests answered.\n# TYPE brume_requests_total counter\n' +
      requests.join('') +
      '# HELP brume_request_duration_seconds Time from a request to its answer.\n' +
      '# TYPE brume_request_duration_seconds histogram\n' +
      durations.join('') +
      this.services.render()
    );
  }

  #seriesOf(service: string, operation: string): Series | undefined {
    let operations = this.#series.get(service);
    if (!operations) this.#series.set(service, (operations = new Map()));
    let series = operations.get(operation);
    if (!series && this.#seriesCount < SERIES_MAX) {
      series = {
        labels: `service="${escapeLabel(service)}",operation="${escapeLabel(operation)}"`,
        buckets: new Float64Array(BUCKETS.length),
        sumSeconds: 0,
        count: 0,
        byStatus: new Map(),
      };
      this.#seriesCount++;
      operations.set(operation, series);
    }
    return series;
  }

  *#all(): Iterable<Series> {
    for (const operations of this.#series.values()) yield* operations.values();
  }
}

function histogramLines(series: Series): string[] {
  const name = 'brume_request_duration_seconds';
  let cumulative = 0;
  const lines = BUCKETS.map((bound, at) => {
    cumulative += series.buckets[at]!;
    return `${name}_bucket{${series.labels},le="${bound}"} ${cumulative}\n`;
  });
  lines.push(`${name}_bucket{${series.labels},le="+Inf"} ${series.count}\n`);
  lines.push(`${name}_sum{${series.labels}} ${series.sumSeconds}\n`);
  lines.push(`${name}_count{${series.labels}} ${series.count}\n`);
  return lines;
}
