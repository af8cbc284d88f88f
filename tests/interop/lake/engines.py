"""Other people's engines, each as a reader of Delta tables: a path and a version in, a pyarrow Table out."""

import pyarrow as pa


class DeltaRs:
    name = "delta-rs"

    def read(self, path, version):
        from deltalake import DeltaTable

        return pa.table(DeltaTable(str(path), version=version).to_pyarrow_table())


class Polars:
    name = "polars"

    def read(self, path, version):
        import polars

        return polars.read_delta(str(path), version=version).to_arrow(compat_level=polars.CompatLevel.oldest())


class Spark:
    name = "Spark"

    def __init__(self, session):
        self.session = session

    def read(self, path, version):
        return self.session.read.format("delta").option("versionAsOf", version).load(str(path)).toArrow()


def start_spark(folder, **settings):
    """A local Spark with Delta, or None with the reason where there is no Java or no package."""
    import os
    import shutil
    import sys

    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return None, "there is no Java"
    try:
        from delta import configure_spark_with_delta_pip
        from pyspark.sql import SparkSession
    except ImportError as error:
        return None, str(error)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    options = {
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(folder / "spark-warehouse"),
        "spark.databricks.delta.snapshotPartitions": "1",
        # Vacuum with a retention of nothing, in tests only.
        "spark.databricks.delta.retentionDurationCheck.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
        **settings,
    }
    builder = SparkSession.builder.master("local[2]").appName("tarn-interop")
    for key, value in options.items():
        builder = builder.config(key, value)
    try:
        session = configure_spark_with_delta_pip(builder).getOrCreate()
    except Exception as error:  # no network, no package: the caller says that it skips
        return None, f"{type(error).__name__}: {str(error)[:200]}"
    session.sparkContext.setLogLevel("FATAL")
    return session, None
