package io.sluice.api.request;

import io.sluice.api.ContentCoding;
import io.sluice.api.Limits;
import io.sluice.table.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/// Bodies that become one object in memory are decoded, and limited in bytes while they are read; bodies of rows have
/// limits of their own.
@ControllerAdvice
class BoundedDocuments extends RequestBodyAdviceAdapter {

    private final long maxBytes;

    BoundedDocuments(Limits limits) {
        this.maxBytes = limits.documentBytes().toBytes();
    }

    @Override
    public boolean supports(
            MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converterType) {
        return true;
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type type,
            Class<? extends HttpMessageConverter<?>> converterType) {
        var coding = ContentCoding.of(message.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING));
        return new HttpInputMessage() {
            @Override
            public InputStream getBody() throws IOException {
                return new Bounded(coding.open(message.getBody()), maxBytes);
            }

            @Override
            public HttpHeaders getHeaders() {
                return message.getHeaders();
            }
        };
    }

    private static final class Bounded extends FilterInputStream {

        private final long maxBytes;
        private long bytes;

        Bounded(InputStream in, long maxBytes) {
            super(in);
            this.maxBytes = maxBytes;
        }

        @Override
        public int read() throws IOException {
            return counted(in.read(), 1);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = in.read(target, offset, length);
            return counted(read, read);
        }

        private int counted(int result, int more) {
            if (result >= 0) {
                bytes += more;
            }
            if (bytes > maxBytes) {
                throw new Failure.TooLarge("sluice.limits.document-bytes", maxBytes, "bytes").asException();
            }
            return result;
        }
    }
}
