/// How problems reach a client: from exceptions of handlers, from filters, from Tomcat itself, and as pages of
/// explanation.
@NamedInterface("problem")
@NullMarked
package io.sluice.api.problem;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
