// The same SQL on native DuckDB, one thread: every table is read from Parquet and written to Parquet (Zstd).
import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from '../../scripts/setup.mjs';

/** Loads a module of the workers, TypeScript and all, into Node. */
async function load(file) {
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(path.join(root, file), {
    configFile: false,
    root,
    logLevel: 'error',
  });
  return module;
}

/** ms per stage, per turn. */
export async function measureNative(folder, recipe, repeat) {
  await writeBronze(folder, recipe);
  const project = await compileProject();
  const turns = [];
  for (let turn = 0; turn < repeat; turn += 1) turns.push(await runProject(folder, project));
  return turns;
}

async function writeBronze(folder, recipe) {
  const sources = await load('workers/sources/index.ts');
  const lake = await load('workers/lake/parquet/parquet.ts');
  await lake.initParquet(readFileSync(resolve('parquet-wasm/esm/parquet_wasm_bg.wasm')));
  for (const [index, partition] of sources.planPartitions(recipe).entries()) {
    const ipc = sources.toIpcStream(sources.generatePartition(recipe, partition));
    writeFileSync(
      path.join(folder, `bronze.${partition.table}.${index}.parquet`),
      lake.encodeParquet(ipc, 'zstd'),
    );
  }
}

/** Every model and test with its compiled SQL, parents first. */
async function compileProject() {
  const transform = await load('workers/transform/index.ts');
  const jinja = await transform.initJinja(
    readFileSync(resolve('minijinja-js/dist/web/minijinja_js_bg.wasm')),
  );
  const lab = path.join(root, 'src/labs/transactions');
  const files = new Map(
    readdirSync(lab, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(sql|yml)$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
      .map((file) => [path.relative(lab, file), readFileSync(file, 'utf8')]),
  );
  const target = {
    name: 'tarn',
    type: 'duckdb',
    database: 'transactions',
    schema: 'main',
    threads: 1,
    profile_name: 'tarn',
  };
  const invocation = { id: 'bench', startedAt: 0 };
  const manifest = transform.parseProject(files, { jinja, target, invocation });
  const { testQuery } = await load('workers/transform/run.ts');
  const { fingerprintSql } = await load('workers/warehouse/fingerprint.ts');
  const { order } = orderNodes(manifest);
  const nodes = order.map((id) => {
    const node = manifest.nodes[id];
    const { compiled_code: sql } = transform.compileNode(manifest, id, { jinja, target, invocation });
    return { node, sql: node.resource_type === 'test' ? testQuery(sql, node.config) : sql };
  });
  return { nodes, fingerprintSql };
}

function orderNodes(manifest) {
  const order = [];
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id) || !manifest.nodes[id]) return;
    seen.add(id);
    manifest.parent_map[id].forEach(visit);
    order.push(id);
  };
  Object.keys(manifest.nodes).forEach(visit);
  return { order };
}

async function runProject(folder, { nodes, fingerprintSql }) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '3GB' });
  const connection = await instance.connect();
  const run = (sql) => connection.runAndReadAll(sql);
  for (const sql of ["attach ':memory:' as transactions", 'use transactions', "set timezone = 'UTC'"])
    await run(sql);
  for (const schema of ['bronze', 'silver', 'gold']) await run(`create schema ${schema}`);
  for (const table of ['transactions', 'customers', 'merchants']) await run(bronzeView(folder, table));

  const stageMs = { silver: 0, gold: 0, tests: 0, fingerprints: 0 };
  const timed = async (stage, work) => {
    const started = performance.now();
    const result = await work();
    stageMs[stage] += performance.now() - started;
    return result;
  };
  const gold = [];
  for (const { node, sql } of nodes) {
    const name = `"${node.schema}"."${node.alias}"`;
    if (node.resource_type === 'test') await timed('tests', () => run(sql));
    else if (node.config.materialized === 'view')
      await timed('silver', () => run(`create view ${name} as ${sql}`));
    else if (node.config.materialized === 'table') {
      const file = path.join(folder, `${node.schema}.${node.alias}.parquet`);
      const stage = node.schema === 'gold' ? 'gold' : 'silver';
      await timed(stage, () => run(`copy (${sql}) to '${file}' (format parquet, compression zstd)`));
      await run(`create view ${name} as select * from read_parquet('${file}')`);
      if (stage === 'gold') gold.push({ name, file });
    }
  }
  for (const { name } of gold) {
    const columns = (await run(`describe ${name}`))
      .getRowObjects()
      .map((row) => ({ name: row.column_name, type: row.column_type }));
    await timed('fingerprints', () => run(fingerprintSql(name, columns)));
  }
  for (const { node } of nodes)
    rmSync(path.join(folder, `${node.schema}.${node.alias}.parquet`), { force: true });
  return stageMs;
}

/** A timestamp of the lake is naive UTC in the models. */
function bronzeView(folder, table) {
  const files = path.join(folder, `bronze.${table}.*.parquet`);
  const replace =
    table === 'transactions' ? 'replace (transaction_timestamp::timestamp as transaction_timestamp)' : '';
  return `create view bronze.${table} as select * ${replace} from read_parquet('${files}')`;
}

function resolve(file) {
  return createRequire(import.meta.url).resolve(file);
}
