package io.sluice.history;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The body of an answer that goes on: rows as lines, in the frame of its format.
enum ChangeStream {
    /// NDJSON. A heartbeat is an empty line.
    LINES("application/x-ndjson") {
        @Override
        OutputStream rows(OutputStream out) {
            return out;
        }

        @Override
        String told(long version) {
            return "";
        }

        @Override
        String heartbeat() {
            return "\n";
        }

        @Override
        String problem(String json) {
            return "{\"$problem\":" + json + "}\n";
        }
    },
    /// Server-sent events (HTML, 9.2): one for each row, one after the last row of a commit, whose id is the
    /// version.
    EVENTS("text/event-stream") {
        @Override
        OutputStream rows(OutputStream out) {
            return new RowEvents(out);
        }

        @Override
        String told(long version) {
            return "event: committed\nid: " + version + "\ndata: {\"version\":" + version + "}\n\n";
        }

        @Override
        String heartbeat() {
            return ": alive\n\n";
        }

        @Override
        String problem(String json) {
            return "event: problem\ndata: " + json + "\n\n";
        }
    };

    private final String mediaType;

    ChangeStream(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /// Where rows are written as NDJSON.
    abstract OutputStream rows(OutputStream out);

    /// That all rows of the commits up to this version were sent.
    abstract String told(long version);

    abstract String heartbeat();

    /// That the stream ends, and why.
    abstract String problem(String json);

    /// Puts each line into an event of its own.
    private static final class RowEvents extends OutputStream {

        private static final byte[] BEFORE = "data: ".getBytes(StandardCharsets.US_ASCII);

        private final OutputStream out;
        private boolean inLine;

        RowEvents(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int start = offset;
            int end = offset + length;
            for (int i = offset; i < end; i++) {
                if (!inLine) {
                    out.write(bytes, start, i - start);
                    out.write(BEFORE);
                    start = i;
                    inLine = true;
                }
                if (bytes[i] == '\n') {
                    out.write(bytes, start, i + 1 - start);
                    out.write('\n');
                    start = i + 1;
                    inLine = false;
                }
            }
            out.write(bytes, start, end - start);
        }
    }
}
