package io.sluice.delta;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.JsonValues;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Turns actions into the bytes of an `N.json` and back (Delta protocol, "Delta Log Entries": one JSON object per
/// line).
public final class LogEntryCodec {

    private LogEntryCodec() {}

    /// One line per action, each ended by a line feed.
    public static byte[] encode(List<Action> actions) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256 * actions.size() + 64);
        for (Action action : actions) {
            ActionWriter.write(action, out);
            out.write('\n');
        }
        return out.toByteArray();
    }

    /// @throws io.sluice.table.FailureException with `table-corrupt` when the bytes are empty, cut short or not
    ///     the protocol's; `unsupported-table-feature` when a schema uses a type that is not known here
    public static LogEntry decode(long version, Instant fileModified, byte[] content) {
        List<Action> actions = new ArrayList<>();
        int lines = 0;
        int start = 0;
        while (start < content.length) {
            int end = start;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            if (!isBlank(content, start, end)) {
                lines++;
                line(version, lines, content, start, end, actions);
            }
            start = end + 1;
        }
        if (lines == 0) {
            throw new Failure.TableCorrupt("the log entry of version " + version + " is empty").asException();
        }
        return new LogEntry(version, fileModified, actions);
    }

    private static void line(long version, int number, byte[] content, int start, int end, List<Action> actions) {
        try (JsonParser parser = JsonValues.parser(content, start, end - start)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw corrupt(version, number);
            }
            ActionReader.readLine(parser, actions);
            if (parser.nextToken() != null) {
                throw corrupt(version, number);
            }
        } catch (JacksonException | MalformedActionException e) {
            throw new Failure.TableCorrupt(corruptText(version, number)).asException(e);
        } catch (FailureException e) {
            throw e.failure() instanceof Failure.InvalidSchema
                    ? new Failure.TableCorrupt(corruptText(version, number)).asException(e)
                    : e;
        }
    }

    private static FailureException corrupt(long version, int line) {
        return new Failure.TableCorrupt(corruptText(version, line)).asException();
    }

    private static String corruptText(long version, int line) {
        return "line " + line + " of the log entry of version " + version + " is cut short or not an action";
    }

    private static boolean isBlank(byte[] content, int start, int end) {
        for (int i = start; i < end; i++) {
            if (content[i] != ' ' && content[i] != '\r' && content[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
