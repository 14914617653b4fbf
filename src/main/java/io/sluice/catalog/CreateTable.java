package io.sluice.catalog;

import io.sluice.catalog.definition.NewColumn;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/tables`: with `columns` a new managed table, with `location` and without them one to be
/// registered.
///
/// @param name `schema.table`
/// @param partitionBy names; with `convertFrom` also `{name, type}`, a name alone is then a string
/// @param location of a table that is there already
/// @param convertFrom `parquet`: what lies at `location` instead of a table
record CreateTable(
        @Nullable String name,
        @Nullable List<NewColumn> columns,
        @Nullable List<PartitionColumn> partitionBy,
        @Nullable List<String> clusterBy,
        @Nullable Map<String, String> constraints,
        @Nullable Map<String, String> properties,
        @Nullable String comment,
        @Nullable String location,
        @Nullable String convertFrom) {}
