/**
 * What services count of themselves under AWS's names: the sum and the number of the values of each
 * metric, as CloudWatch would have them, in Prometheus' text format.
 */

/** AWS's dimensions, such as `ApiId` and `Stage`. */
export type Dimensions = Readonly<Record<string, string>>;

interface Series {
  readonly labels: string;
  sum: number;
  count: number;
}

/** What is counted comes from what was deployed; this only bounds how much of it is kept. */
const SERIES_MAX = 20_000;

export class ServiceMetrics {
  readonly #series = new Map<string, Series>();
  #uncounted = 0;
  /** The same by the objects that callers keep, each for one namespace: they count under them again. */
  readonly #byDimensions = new WeakMap<Dimensions, Map<string, Series>>();

  /** One value of a metric: 1 for what is counted, milliseconds for latencies. */
  add(namespace: string, metric: string, dimensions: Dimensions, value = 1): void {
    let known = this.#byDimensions.get(dimensions);
    if (!known) this.#byDimensions.set(dimensions, (known = new Map()));
    let series = known.get(metric);
    if (!series) {
      series = this.#seriesOf(namespace, metric, dimensions);
      if (!series) {
        this.#uncounted++;
        return;
      }
      known.set(metric, series);
    }
    series.sum += value;
    series.count++;
  }

  #seriesOf(namespace: string, metric: string, dimensions: Dimensions): Series | undefined {
    const labels = labelsText({ namespace, metric, ...dimensions });
    let series = this.#series.get(labels);
    if (!series && this.#series.size < SERIES_MAX) {
      series = { labels, sum: 0, count: 0 };
      this.#series.set(labels, series);
    }
    return series;
  }

  render(): string {
    const sums: string[] = [];
    const counts: string[] = [];
    for (const { labels, sum, count } of this.#series.values()) {
      sums.push(`brume_service_metric_sum{${labels}} ${sum}\n`);
      counts.push(`brume_service_metric_count{${labels}} ${count}\n`);
    }
    if (sums.length === 0) return '';
    return (
      "# HELP brume_service_metric_sum Sum of a service's metric, by the name that AWS gives it.\n" +
      '# TYPE brume_service_metric_sum counter\n' +
      sums.join('') +
      '# HELP brume_service_metric_count How many values there were.\n' +
      '# TYPE brume_service_metric_count counter\n' +
      counts.join('') +
      `# HELP brume_service_metric_uncounted Values of more series than are kept.\n` +
      '# TYPE brume_service_metric_uncounted counter\n' +
      `brume_service_metric_uncounted ${this.#uncounted}\n`
    );
  }
}

function labelsText(labels: Dimensions): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');
}

export function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
