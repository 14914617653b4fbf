package io.sluice.delta.feed;

import io.sluice.delta.TableSnapshot;
import java.util.List;

/// The changes of a range of versions.
///
/// @param table of the range's last version, with the columns of the feed; its files are those of the feed
/// @param files in the order of the commits
public record Feed(TableSnapshot table, List<FeedFile> files) {

    public Feed {
        files = List.copyOf(files);
    }
}
