{# 1 = Sunday .. 7 = Saturday, as Spark's dayofweek. 31 December 1899 was a Sunday. #}
{% macro day_of_week(date) -%}
    cast(mod({{ dbt.datediff("cast('1899-12-31' as date)", date, 'day') }}, 7) + 1 as {{ dbt.type_int() }})
{%- endmacro %}

{% macro date_part_of(part, date) -%}
    cast(extract({{ part }} from {{ date }}) as {{ dbt.type_int() }})
{%- endmacro %}
