"""Tables that Spark and delta-rs write, for Tarn to read. Each case is a function: (engine, path) -> None."""

from datetime import date, datetime, timezone
from decimal import Decimal

import pyarrow as pa

REGIONS = ["north", "a b", "US/East", "100%", "12:30", "p=1&q=2", "Zürich", None]
UTC = timezone.utc


# ------------------------------------------------------------------------------------------------ Spark


def partitioned(spark, path):
    for day in ("2024-01-31", "2024-02-01"):
        rows = [(i, region, Decimal(f"{i}.50"), date.fromisoformat(day)) for i, region in enumerate(REGIONS)]
        frame = spark.createDataFrame(rows, "id long, region string, amount decimal(18,2), day date")
        frame.write.format("delta").mode("append").partitionBy("day", "region").save(path)


def types_with(timestamps):
    def write(spark, path):
        spark.conf.set("spark.sql.parquet.outputTimestampType", timestamps)
        spark.sql(TYPES).coalesce(1).write.format("delta").mode("append").save(path)
        spark.conf.unset("spark.sql.parquet.outputTimestampType")

    return write


TYPES = """
select * from values
  ('Grüße 𝄞', 9223372036854775807, 2147483647, cast(32767 as short), cast(127 as byte), 1.5d, cast(0.1 as float), true,
   date '2024-02-29', timestamp '2024-06-15 19:30:45.123456', x'00ff0a', cast('9999999.99' as decimal(9,2)),
   cast('-9999999999999999.99' as decimal(18,2)), cast('0.0000000001' as decimal(38,10)), cast('-1' as decimal(38,0)),
   named_struct('a', 1, 'b', array('x', null)), array(1, null, 3), map('k', named_struct('v', cast('1.50' as decimal(10,2))))),
  (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
  ('', -9223372036854775808, -1, cast(-1 as short), cast(-1 as byte), double('NaN'), float('-Infinity'), false,
   date '0001-01-01', timestamp '1969-12-31 23:59:59.999999', x'', cast('-0.05' as decimal(9,2)),
   cast('0.01' as decimal(18,2)), cast('-1.5' as decimal(38,10)), cast('99999999999999999999999999999999999999' as decimal(38,0)),
   named_struct('a', null, 'b', null), array(), map())
  as t(s, l, i, h, b, f8, f4, ok, d, ts, bin, d9, d18, d38, d38_0, st, li, ma)
"""


def naive_timestamps(spark, path):
    query = "select timestamp_ntz '2024-06-15 12:30:45.000001' as at, 1L as n union all select null, 2L"
    spark.sql(query).write.format("delta").save(path)


def checkpointed(spark, path):
    append_often(spark, path, 25)


def cleaned_up(spark, path):
    append_often(spark, path, 25)
    forget_commits(path, 20)


def v2_checkpoint(spark, path):
    spark.sql(f"create table delta.`{path}` (id long, note string) using delta tblproperties ('delta.checkpointPolicy' = 'v2')")
    append_often(spark, path, 22)
    forget_commits(path, 20)


def append_often(spark, path, count):
    for i in range(count):
        spark.sql(f"select {i}L as id, 'n{i}' as note").write.format("delta").mode("append").save(path)


def forget_commits(path, before):
    """What log clean-up leaves: a checkpoint and what came after it."""
    from pathlib import Path

    for entry in (Path(path) / "_delta_log").iterdir():
        if entry.name[:20].isdigit() and int(entry.name[:20]) < before:
            entry.unlink()


def without_statistics(spark, path):
    properties = "tblproperties ('delta.dataSkippingNumIndexedCols' = '0')"
    spark.sql(f"create table delta.`{path}` (id long, note string) using delta {properties}")
    append_often(spark, path, 3)


def changed_rows(spark, path):
    spark.range(100).selectExpr("id", "cast(id % 7 as string) as note").repartition(3).write.format("delta").save(path)
    spark.sql(f"delete from delta.`{path}` where id % 10 = 3")
    spark.sql(f"update delta.`{path}` set note = 'even' where id % 2 = 0")
    spark.sql(
        f"merge into delta.`{path}` t using (select id, 'merged' as note from range(90, 110)) s on t.id = s.id "
        "when matched then update set * when not matched then insert *"
    )
    spark.sql(f"optimize delta.`{path}` zorder by (id)")
    spark.sql(f"restore table delta.`{path}` to version as of 2")


def vacuumed(spark, path):
    append_often(spark, path, 4)
    spark.sql(f"optimize delta.`{path}`")
    spark.sql(f"vacuum delta.`{path}` retain 0 hours")


def evolved(spark, path):
    append_often(spark, path, 2)
    wider = spark.sql("select 9L as id, 'n9' as note, cast('1.5' as decimal(5,1)) as price, struct(1 as a) as extra")
    wider.write.format("delta").mode("append").option("mergeSchema", "true").save(path)


def constrained(spark, path):
    spark.sql(f"create table delta.`{path}` (id long not null, amount decimal(10,2)) using delta")
    spark.sql(f"alter table delta.`{path}` add constraint positive check (amount > 0)")
    spark.sql(f"insert into delta.`{path}` values (1, 1.50), (2, 0.01)")


def writer_features(spark, path):
    properties = "('delta.enableInCommitTimestamps' = 'true', 'delta.enableRowTracking' = 'true', 'delta.enableChangeDataFeed' = 'true')"
    spark.sql(f"create table delta.`{path}` (id long, note string) using delta cluster by (id) tblproperties {properties}")
    append_often(spark, path, 2)


def deletion_vectors(spark, path):
    spark.sql(
        f"create table delta.`{path}` using delta tblproperties ('delta.enableDeletionVectors' = 'true') as select id from range(100)"
    )
    spark.sql(f"delete from delta.`{path}` where id = 3")


def column_mapping(spark, path):
    spark.sql(
        f"create table delta.`{path}` (`a b` long) using delta tblproperties ('delta.columnMapping.mode' = 'name')"
    )
    spark.sql(f"insert into delta.`{path}` values (1)")


def type_widening(spark, path):
    spark.sql(f"create table delta.`{path}` (a int) using delta tblproperties ('delta.enableTypeWidening' = 'true')")
    spark.sql(f"insert into delta.`{path}` values (1)")
    spark.sql(f"alter table delta.`{path}` alter column a type long")
    spark.sql(f"insert into delta.`{path}` values (9007199254740993)")


def variant(spark, path):
    spark.sql(f"create table delta.`{path}` (v variant) using delta")
    spark.sql(f"insert into delta.`{path}` select parse_json('[1]')")


SPARK = [
    partitioned,
    types_with("INT96"),
    types_with("TIMESTAMP_MICROS"),
    naive_timestamps,
    checkpointed,
    cleaned_up,
    v2_checkpoint,
    without_statistics,
    changed_rows,
    vacuumed,
    evolved,
    constrained,
    writer_features,
]
SPARK[1].__name__ = "types_int96"
SPARK[2].__name__ = "types_micros"

#: Cases that must be refused, with the feature that the message names.
REFUSED = {
    deletion_vectors: "deletionVectors",
    column_mapping: "columnMapping",
    type_widening: "typeWidening",
    variant: "variant",
}


# ------------------------------------------------------------------------------------------------ delta-rs


def rs_partitioned(rs, path):
    schema = pa.schema([("id", pa.int64()), ("region", pa.string()), ("day", pa.date32()), ("at", pa.timestamp("us", "UTC"))])
    for day in (date(2024, 1, 31), date(2024, 2, 1)):
        rows = [
            {"id": i, "region": region, "day": day, "at": datetime(2024, 1, 1, 0, 0, 0, i, UTC)}
            for i, region in enumerate(REGIONS)
        ]
        rs.write_deltalake(path, pa.Table.from_pylist(rows, schema), mode="append", partition_by=["day", "region"])


def rs_nested(rs, path):
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int64()),
            "st": pa.array([{"a": 1, "b": ["x", None]}, None], pa.struct([("a", pa.int32()), ("b", pa.list_(pa.string()))])),
            "ma": pa.array([[("k", Decimal("1.50"))], None], pa.map_(pa.string(), pa.decimal128(10, 2))),
            "f": pa.array([float("nan"), -0.0]),
            "bin": pa.array([b"\x00\xff", None]),
        }
    )
    rs.write_deltalake(path, table)


def rs_checkpointed(rs, path):
    for i in range(12):
        rs.write_deltalake(path, pa.table({"id": [i], "note": [f"n{i}"]}), mode="append")
    table = rs.DeltaTable(path)
    table.create_checkpoint()
    forget_commits(path, 11)
    rs.write_deltalake(path, pa.table({"id": [99], "note": [None]}, pa.schema([("id", pa.int64()), ("note", pa.string())])), mode="append")


def rs_changed_rows(rs, path):
    rs.write_deltalake(path, pa.table({"id": list(range(20)), "note": [str(i % 3) for i in range(20)]}))
    rs.DeltaTable(path).delete("id % 5 = 2")
    source = pa.table({"id": [1, 100], "note": ["merged", "merged"]})
    merge = rs.DeltaTable(path).merge(source, "t.id = s.id", source_alias="s", target_alias="t")
    merge.when_matched_update_all().when_not_matched_insert_all().execute()
    rs.write_deltalake(path, pa.table({"id": [7], "note": ["more"]}), mode="append")
    rs.DeltaTable(path).optimize.compact()
    rs.DeltaTable(path).restore(1)


def rs_evolved(rs, path):
    rs.write_deltalake(path, pa.table({"id": [1]}))
    rs.write_deltalake(path, pa.table({"id": [2], "price": pa.array([Decimal("1.5")])}), mode="append", schema_mode="merge")
    rs.write_deltalake(path, pa.table({"other": ["replaced"]}), mode="overwrite", schema_mode="overwrite")


def rs_vacuumed(rs, path):
    for i in range(3):
        rs.write_deltalake(path, pa.table({"id": [i]}), mode="append")
    rs.DeltaTable(path).optimize.compact()
    rs.DeltaTable(path).vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)


DELTA_RS = [rs_partitioned, rs_nested, rs_checkpointed, rs_changed_rows, rs_evolved, rs_vacuumed]
