/// What the OpenAPI document promises: that it is whole, that it breaks no client of the last release, and whether an
/// answer is one that it declares.
@NullMarked
package io.sluice.contract;

import org.jspecify.annotations.NullMarked;
