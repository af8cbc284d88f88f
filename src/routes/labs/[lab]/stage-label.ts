import * as m from '$lib/paraglide/messages.js';
import type { Stage, TaskKind } from '../../../../workers/api.ts';

const LABELS: Record<Stage, () => string> = {
  source: m.common_stage_source,
  bronze: m.common_stage_bronze,
  staging: m.common_stage_staging,
  silver: m.common_stage_silver,
  gold: m.common_stage_gold,
};

export function stageLabel(stage: Stage): string {
  return LABELS[stage]();
}

const KINDS: Record<TaskKind, () => string> = {
  generate: m.lab_kind_generate,
  ingest: m.lab_kind_ingest,
  load: m.lab_kind_load,
  model: m.lab_kind_model,
  test: m.lab_kind_test,
  fingerprint: m.lab_kind_fingerprint,
};

export function kindLabel(kind: TaskKind): string {
  return KINDS[kind]();
}
