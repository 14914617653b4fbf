package io.sluice.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// @param commits newest first
/// @param nextPageToken absent at the end
@JsonInclude(JsonInclude.Include.NON_NULL)
record HistoryPage(List<CommitView> commits, @Nullable String nextPageToken) {}
