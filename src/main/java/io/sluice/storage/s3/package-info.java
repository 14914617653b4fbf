/// Objects of S3 and of stores that speak its protocol. Loaded by the first use of such a location, never before.
@NullMarked
package io.sluice.storage.s3;

import org.jspecify.annotations.NullMarked;
