import { PostgreSQL, SQLDialect } from '@codemirror/lang-sql';

const KEYWORDS = `asof anti attach describe detach exclude glob ilike macro map offset pivot pivot_longer pivot_wider
  positional qualify regexp replace sample semi similar struct summarize tablesample try_cast unnest unpivot using`;

const TYPES = `bigint bit blob boolean date decimal double float hugeint integer interval json smallint struct list map
  text time timestamp timestamp_ms timestamp_ns timestamp_s tinyint ubigint uhugeint uinteger usmallint utinyint uuid varchar`;

/** Functions worth completing; DuckDB has hundreds. */
export const FUNCTIONS =
  `abs approx_count_distinct approx_quantile arg_max arg_min array_agg avg bool_and bool_or cast ceil
  coalesce concat concat_ws contains corr count count_if date_diff date_part date_trunc dayname dense_rank epoch extract
  first first_value floor format generate_series greatest histogram if ifnull isodow lag last last_value lead least left
  length list list_sort ln log lower lpad ltrim max mean median min mod mode monthname nth_value ntile nullif quantile_cont
  quantile_disc random range rank regexp_extract regexp_matches regexp_replace replace reverse right round row_number rpad
  rtrim sign split_part sqrt starts_with stddev stddev_pop strftime string_agg strptime substring sum trim upper var_pop
  variance year month day hour minute weekday yearweek`
    .split(/\s+/)
    .filter(Boolean);

/** PostgreSQL's dialect with the words DuckDB adds to it. */
export const DuckDB = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: `${PostgreSQL.spec.keywords ?? ''} ${KEYWORDS}`,
  types: `${PostgreSQL.spec.types ?? ''} ${TYPES}`,
  doubleDollarQuotedStrings: true,
});
