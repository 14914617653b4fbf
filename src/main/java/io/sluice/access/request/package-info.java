/// What happens to each request before its handler: who sends it, and whether he may.
@NullMarked
package io.sluice.access.request;

import org.jspecify.annotations.NullMarked;
