package io.sluice.table;

/// Who makes a commit, as `commitInfo` names it.
///
/// @param name for people
/// @param id by which grants and the audit log know the caller: `key:loader`, `subject:4711`
public record User(String name, String id) {}
