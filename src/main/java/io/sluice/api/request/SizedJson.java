package io.sluice.api.request;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import tools.jackson.databind.json.JsonMapper;

/// JSON documents with their `Content-Length`: one write to the socket instead of one for the first chunk and one for
/// the last. Answers of any length do not come this way.
final class SizedJson extends JacksonJsonHttpMessageConverter {

    SizedJson(JsonMapper mapper) {
        super(mapper);
    }

    /// Bytes are a document already: the OpenAPI document comes so.
    @Override
    public boolean canWrite(ResolvableType type, Class<?> value, @Nullable MediaType mediaType) {
        return value != byte[].class && super.canWrite(type, value, mediaType);
    }

    @Override
    protected void writeInternal(
            Object object, ResolvableType type, HttpOutputMessage message, @Nullable Map<String, Object> hints)
            throws IOException {
        var document = new Document(message.getHeaders(), new ByteArrayOutputStream(512));
        super.writeInternal(object, type, document, hints);
        message.getHeaders().setContentLength(document.bytes().size());
        document.bytes().writeTo(message.getBody());
    }

    private record Document(HttpHeaders headers, ByteArrayOutputStream bytes) implements HttpOutputMessage {

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public OutputStream getBody() {
            return bytes;
        }
    }
}
