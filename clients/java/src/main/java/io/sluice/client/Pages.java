package io.sluice.client;

import io.sluice.client.http.ApiException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The pages of an answer, one request each, made when they are asked for. */
public final class Pages {

    private Pages() {}

    /** A request for the page of a token; the first one has none (null). */
    public interface Request<P> {
        P send(String pageToken) throws ApiException;
    }

    /**
     * @param next the token of the page after this one, null at the end
     * @throws SluiceProblem while the stream is read
     */
    public static <P> Stream<P> of(Request<P> request, Function<P, String> next) {
        var pages = new Iterator<P>() {
            private String token;
            private boolean ended;

            @Override
            public boolean hasNext() {
                return !ended;
            }

            @Override
            public P next() {
                if (ended) {
                    throw new NoSuchElementException();
                }
                try {
                    P page = request.send(token);
                    token = next.apply(page);
                    ended = token == null;
                    return page;
                } catch (ApiException refused) {
                    throw Retry.failure(refused);
                }
            }
        };
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(pages, Spliterator.ORDERED), false);
    }
}
