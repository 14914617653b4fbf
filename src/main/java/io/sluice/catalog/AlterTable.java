package io.sluice.catalog;

import io.sluice.catalog.definition.TableChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of `PATCH /v1/tables/{table}`.
///
/// @param changes made in this order, all or none
record AlterTable(@Nullable List<TableChange> changes) {}
