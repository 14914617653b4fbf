/// What happens to each request before its handler: request id, path, parameters, arguments of our own types, JSON
/// settings.
@NullMarked
package io.sluice.api.request;

import org.jspecify.annotations.NullMarked;
