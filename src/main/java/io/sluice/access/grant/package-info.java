/// What the file of `sluice.auth.file` says: keys by their hashes, and grants.
@NullMarked
package io.sluice.access.grant;

import org.jspecify.annotations.NullMarked;
