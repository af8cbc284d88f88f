/** An ephemeral model as a CTE. */
export interface ExtraCte {
  /** unique_id of the model. */
  id: string;
  name: string;
  sql: string;
}

/** Name of the CTE that stands for an ephemeral model. */
export function cteName(model: string): string {
  return `__dbt__cte__${model}`;
}

/**
 * Puts CTEs in front of a query: joined to its own WITH when it has one (`with recursive` stays), else with a new one.
 * Comments before the WITH are passed over.
 */
export function injectCtes(sql: string, ctes: ExtraCte[]): string {
  if (ctes.length === 0) return sql;
  const list = ctes.map((cte) => `${cte.name} as (\n${cte.sql}\n)`).join(', ');
  const own = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*with\b(?:\s+recursive\b)?/i.exec(sql);
  if (!own) return `with ${list}\n${sql}`;
  return `${own[0]} ${list}, ${sql.slice(own[0].length).trimStart()}`;
}
