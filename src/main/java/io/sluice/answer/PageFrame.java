package io.sluice.answer;

import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.TypeNames;
import io.sluice.delta.TableSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.io.JsonStringEncoder;

/// What stands around the rows of a JSON page: `{version, timestamp, columns:[{name,type}], rows:…, nextPageToken}`.
public final class PageFrame {

    private PageFrame() {}

    public static byte[] before(TableSnapshot snapshot, List<AnswerColumn> columns) {
        var text = new StringBuilder(64 + 40 * columns.size());
        text.append("{\"version\":").append(snapshot.version());
        text.append(",\"timestamp\":\"").append(snapshot.timestamp()).append("\",\"columns\":[");
        String separator = "";
        for (AnswerColumn column : columns) {
            text.append(separator).append("{\"name\":");
            string(column.column().name(), text);
            text.append(",\"type\":");
            string(TypeNames.of(column.column().type()), text);
            text.append('}');
            separator = ",";
        }
        return text.append("],\"rows\":").toString().getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] after(Optional<String> nextPageToken) {
        // A token is base64url: nothing in it needs an escape.
        return nextPageToken
                .map(token -> ",\"nextPageToken\":\"" + token + "\"}")
                .orElse("}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void string(String plain, StringBuilder text) {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(plain, text);
        text.append('"');
    }
}
