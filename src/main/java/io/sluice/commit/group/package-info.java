/// Requests that wait for one table, and the commit that takes them together.
///
/// Main types: [io.sluice.commit.group.TableQueue] says who goes together and when,
/// [io.sluice.commit.group.GroupCommit] takes a group to its outcome. Invariant: each member is answered exactly once,
/// and refused only when its rows are not in the log and cannot come there.
@NullMarked
package io.sluice.commit.group;

import org.jspecify.annotations.NullMarked;
