{# Sums that have the same type on every warehouse: money is decimal(18,2), a count is a 64-bit integer. #}
{% macro sum_money(expression) -%}
    cast(sum({{ expression }}) as decimal(18, 2))
{%- endmacro %}

{% macro sum_count(expression) -%}
    cast(sum({{ expression }}) as {{ dbt.type_bigint() }})
{%- endmacro %}

{% macro count_rows() -%}
    cast(count(*) as {{ dbt.type_bigint() }})
{%- endmacro %}

{% macro count_when(condition) -%}
    cast(sum(case when {{ condition }} then 1 else 0 end) as {{ dbt.type_bigint() }})
{%- endmacro %}

{% macro sum_money_when(condition, amount) -%}
    cast(sum(case when {{ condition }} then {{ amount }} else 0 end) as decimal(18, 2))
{%- endmacro %}
