{# A 64-bit float: dbt.type_float() is 32 bits wide on DuckDB and Spark. #}
{% macro type_double() -%}
    {%- if target.type == 'bigquery' -%} float64
    {%- elif target.type == 'postgres' or target.type == 'redshift' -%} double precision
    {%- else -%} double
    {%- endif -%}
{%- endmacro %}

{# Money per piece, rounded to cents. The total is exact, so the rounded average is the same on every run. #}
{% macro average_money(total, pieces) -%}
    cast(round(cast({{ total }} as {{ type_double() }}) / nullif({{ pieces }}, 0), 2) as decimal(18, 2))
{%- endmacro %}

{# A share between 0 and 1 (one percent is 0.01), six decimals. #}
{% macro share(part, whole) -%}
    cast(round(cast({{ part }} as {{ type_double() }}) / nullif({{ whole }}, 0), 6) as decimal(9, 6))
{%- endmacro %}
