/// Delta's conflict rules: whether a commit that was computed on one version may still be made on a later one.
///
/// Main types: [io.sluice.commit.conflict.ConflictRules] judges a change against each commit that won,
/// [io.sluice.commit.conflict.DefinitionRules] what was checked against the definition of an older version. Pure
/// functions, but for reading winners.
@NullMarked
package io.sluice.commit.conflict;

import org.jspecify.annotations.NullMarked;
