/// What the first log entry of a table needs: known properties, the features that they and the schema ask for, column
/// mapping.
@NullMarked
package io.sluice.delta.create;

import org.jspecify.annotations.NullMarked;
