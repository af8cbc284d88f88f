import type { Point } from '$lib/charts/figure.ts';
import * as m from '$lib/paraglide/messages.js';

const SENTENCES: Record<Point['xKind'], typeof m.dashboards_point_day> = {
  day: m.dashboards_point_day,
  hour: m.dashboards_point_hour,
  label: m.dashboards_point_label,
};

/** A point as a sentence in the reader's language: `250,034 transactions on 3 Jan 2025, PAYMENT`. */
export function sayPointInWords({ value, measure, x, xKind, series }: Point): string {
  const sentence = SENTENCES[xKind]({ value, measure, x });
  return series === null ? sentence : m.dashboards_point_series({ sentence, series });
}
