/** The labs that are built in: their files, as content. */
import { parse } from 'yaml';
import type { DashboardSpec, LabInfo, LabName, ParamSpec } from '../api.ts';
import { TRANSACTIONS_PARAMS } from '../sources/transactions/params.ts';
import { GENERATOR_VERSION } from '../sources/transactions/spec.ts';
import type { ProjectFiles } from '../transform/types.ts';

export interface Lab {
  info: LabInfo;
  /** Its dbt project; paths inside the project. */
  files: ProjectFiles;
  /** Bronze tables whose rows shall carry the time of their load, as `_ingested_at`. */
  ingestedAt: ReadonlySet<string>;
}

/** What lab.yml says. */
interface LabFile {
  name: LabName;
  title: string;
  description: string;
  dashboards: string[];
  sources?: { table: string; ingested_at?: boolean }[];
}

const contents = import.meta.glob<string>('../../src/labs/*/**/*.{yml,sql,md,csv}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** All labs by name. @throws Error when a lab's own files do not fit together */
export function readLabs(): Map<LabName, Lab> {
  const byLab = new Map<LabName, Map<string, string>>();
  for (const [path, text] of Object.entries(contents)) {
    const [, name, inside] = /\/labs\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (!name || !inside) continue;
    byLab.set(name, (byLab.get(name) ?? new Map<string, string>()).set(inside, text));
  }
  return new Map([...byLab].map(([name, files]) => [name, readLab(name, files)]));
}

function readLab(name: LabName, files: Map<string, string>): Lab {
  const lab = parse(requireFile(name, files, 'lab.yml')) as LabFile;
  const { title, description } = lab;
  const dashboards = lab.dashboards.map((board) =>
    readDashboard(board, requireFile(name, files, `dashboards/${board}.yml`)),
  );
  const info = {
    name,
    title,
    description,
    generatorVersion: GENERATOR_VERSION,
    params: TRANSACTIONS_PARAMS.map(withOwnDefault),
    dashboards,
  };
  const timed = (lab.sources ?? []).filter((source) => source.ingested_at);
  return { info, files, ingestedAt: new Set(timed.map(({ table }) => table.replace(/^bronze\./, ''))) };
}

function readDashboard(name: string, text: string): DashboardSpec {
  const spec = parse(text) as { title: string };
  return { name, title: spec.title, spec };
}

function requireFile(lab: LabName, files: Map<string, string>, path: string): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`The lab ${lab} lacks its file ${path}.`);
  return text;
}

/** One executor per core, unless the link says otherwise. */
function withOwnDefault(param: ParamSpec): ParamSpec {
  if (param.name !== 'workers') return param;
  return { ...param, default: Math.min(navigator.hardwareConcurrency || 2, param.max ?? 16) };
}
