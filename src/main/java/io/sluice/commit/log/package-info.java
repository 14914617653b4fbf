/// One version's log entry: put once, and settled when the store's answer is lost.
///
/// Main type: [io.sluice.commit.log.LogPut]. Knows nothing of what the entry says.
@NullMarked
package io.sluice.commit.log;

import org.jspecify.annotations.NullMarked;
