/// The change data feed: which files tell the changes of a range of versions (Delta protocol, "Change Data Files").
///
/// Main type: [io.sluice.delta.feed.ChangeFeed]. Invariant: either the whole range is told, or a failure says which
/// version cannot be; never fewer changes in silence.
@NamedInterface("feed")
@NullMarked
package io.sluice.delta.feed;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
