package io.sluice.compute.decode;

import io.sluice.table.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Records of a CSV body (RFC 4180, in UTF-8), one at a time.
final class CsvRecords {

    private static final int END = -1;

    private final Reader reader;
    private final int maxFieldCharacters;
    private final char[] buffer = new char[32 << 10];
    private int at;
    private int filled;
    private long line = 1;

    private char[] text = new char[1024];
    private int length;
    private int[] ends = new int[64];
    private boolean[] quoted = new boolean[64];
    private int fields;

    CsvRecords(InputStream body, int maxFieldCharacters) {
        this.reader = new InputStreamReader(
                body,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        this.maxFieldCharacters = maxFieldCharacters;
    }

    /// Reads the next record.
    ///
    /// @return false at the end of the body
    boolean next() throws IOException {
        fields = 0;
        length = 0;
        int first = read();
        if (first == END) {
            return false;
        }
        int c = first;
        while (true) {
            c = field(c);
            if (c != ',') {
                break;
            }
            c = read();
        }
        return true;
    }

    int fields() {
        return fields;
    }

    char[] text() {
        return text;
    }

    int start(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    int length(int field) {
        return ends[field] - start(field);
    }

    boolean isQuoted(int field) {
        return quoted[field];
    }

    String string(int field) {
        return new String(text, start(field), length(field));
    }

    /// Whether the record is a line with nothing on it.
    boolean isBlank() {
        return fields == 1 && length(0) == 0 && !quoted[0];
    }

    /// The line after the record, counted from 1.
    long line() {
        return line;
    }

    /// Reads a field that begins with `c`.
    ///
    /// @return what ended it: a comma, a newline or the end
    private int field(int c) throws IOException {
        if (c == '"') {
            int after = quotedField();
            end(true);
            return after;
        }
        int next = c;
        while (next != ',' && next != '\n' && next != END) {
            if (next == '\r' && peek() == '\n') {
                next = read();
                break;
            }
            if (next == '"') {
                throw malformed("has a quote inside a field that is not quoted");
            }
            add((char) next);
            next = read();
        }
        end(false);
        return newline(next);
    }

    private int quotedField() throws IOException {
        while (true) {
            int c = read();
            if (c == END) {
                throw malformed("ends inside a quoted field");
            }
            if (c != '"') {
                if (c == '\n') {
                    line++;
                }
                add((char) c);
                continue;
            }
            int next = read();
            if (next == '"') {
                add('"');
                continue;
            }
            if (next == '\r' && peek() == '\n') {
                next = read();
            }
            if (next != ',' && next != '\n' && next != END) {
                throw malformed("has text after the end of a quoted field");
            }
            return newline(next);
        }
    }

    private int newline(int c) {
        if (c == '\n') {
            line++;
        }
        return c;
    }

    private void add(char c) {
        if (length == text.length) {
            text = Arrays.copyOf(text, text.length * 2);
        }
        if (length - (fields == 0 ? 0 : ends[fields - 1]) >= maxFieldCharacters) {
            throw new Failure.TooLarge("sluice.limits.string-bytes", maxFieldCharacters, "bytes").asException();
        }
        text[length++] = c;
    }

    private void end(boolean wasQuoted) {
        if (fields == ends.length) {
            if (fields >= 1 << 16) {
                throw malformed("has too many fields");
            }
            ends = Arrays.copyOf(ends, fields * 2);
            quoted = Arrays.copyOf(quoted, fields * 2);
        }
        quoted[fields] = wasQuoted;
        ends[fields++] = length;
    }

    private int read() throws IOException {
        return at < filled || fill() ? buffer[at++] : END;
    }

    private int peek() throws IOException {
        return at < filled || fill() ? buffer[at] : END;
    }

    private boolean fill() throws IOException {
        try {
            at = 0;
            filled = Math.max(0, reader.read(buffer, 0, buffer.length));
            return filled > 0;
        } catch (CharacterCodingException e) {
            throw new Failure.MalformedBody("the body is not UTF-8 near line " + line).asException(e);
        }
    }

    private RuntimeException malformed(String reason) {
        return new Failure.MalformedBody("the CSV " + reason + " at line " + line).asException();
    }
}
