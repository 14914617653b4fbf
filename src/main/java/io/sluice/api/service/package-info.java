/// What the service says of itself: `GET /v1`, the OpenAPI document, and what it will do in later releases.
@NullMarked
package io.sluice.api.service;

import org.jspecify.annotations.NullMarked;
