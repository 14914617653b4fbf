package io.sluice.api;

import io.sluice.table.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Where the next page begins. Opaque to clients; bound to what was asked and to the table version that is being read.
///
/// It is not secret and not signed: whoever decodes one must take `position` as a client's word.
///
/// @param kind which listing it belongs to (`rows`, `history`, …)
/// @param version the table version of the first page; -1 where there is none
/// @param fingerprint of everything else that was asked; a token is good only with the same
/// @param position where to go on, in the listing's own terms
public record PageToken(String kind, long version, String fingerprint, String position) {

    private static final int FORMAT = 1;
    private static final int MAXIMUM_CHARACTERS = 8192;
    private static final JsonMapper JSON = JsonMapper.shared();

    private record Wire(int f, String k, long v, String q, String p) {}

    /// The token's text, safe in a query string as it is.
    public String encode() {
        byte[] json = JSON.writeValueAsBytes(new Wire(FORMAT, kind, version, fingerprint, position));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    /// Reads a token that [#encode()] made for the same kind and question.
    ///
    /// @throws io.sluice.table.FailureException `bad-parameter` for any other text
    public static PageToken decode(String text, String kind, String fingerprint) {
        Wire wire = read(text);
        if (wire.f() != FORMAT || !kind.equals(wire.k()) || !fingerprint.equals(wire.q())) {
            throw foreign();
        }
        return new PageToken(kind, wire.v(), fingerprint, wire.p());
    }

    private static Wire read(String text) {
        if (text.length() > MAXIMUM_CHARACTERS) {
            throw foreign();
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
            Wire wire = JSON.readValue(json, Wire.class);
            if (wire == null || wire.k() == null || wire.q() == null || wire.p() == null) {
                throw foreign();
            }
            return wire;
        } catch (IllegalArgumentException | JacksonException e) {
            throw foreign();
        }
    }

    private static RuntimeException foreign() {
        return new Failure.BadParameter(
                        "pageToken",
                        "it was not made for this request; repeat the request of the first page and change only pageToken")
                .asException();
    }
}
