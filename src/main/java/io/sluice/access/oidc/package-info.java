/// Tokens of an OpenID Connect issuer. Nothing here is loaded where `sluice.auth.mode` does not ask for it.
@NullMarked
package io.sluice.access.oidc;

import org.jspecify.annotations.NullMarked;
