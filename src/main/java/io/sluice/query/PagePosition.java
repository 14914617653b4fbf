package io.sluice.query;

import io.sluice.compute.Question.Position;
import io.sluice.delta.DataFile;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.List;

/// Where a page begins, as a page token says it: `o:<rows before>`, or `r:<row>:<file's path in the log>`.
///
/// A file is named by its path because its number may differ between replicas.
final class PagePosition {

    private PagePosition() {}

    static String text(Position position, List<DataFile> files) {
        return switch (position) {
            case Position.Offset(long rows) -> "o:" + rows;
            case Position.Row(int file, long row) ->
                "r:" + row + ":" + files.get(file).add().path();
        };
    }

    /// @throws FailureException `bad-parameter` when the text is no place in these files
    static Position read(String text, List<DataFile> files) {
        String[] parts = text.split(":", 3);
        try {
            if (parts.length == 2 && parts[0].equals("o")) {
                return new Position.Offset(natural(parts[1]));
            }
            if (parts.length == 3 && parts[0].equals("r")) {
                for (int i = 0; i < files.size(); i++) {
                    if (files.get(i).add().path().equals(parts[2])) {
                        return new Position.Row(i, natural(parts[1]));
                    }
                }
            }
        } catch (NumberFormatException e) {
            throw foreign();
        }
        throw foreign();
    }

    private static long natural(String text) {
        long number = Long.parseLong(text);
        if (number < 0) {
            throw new NumberFormatException();
        }
        return number;
    }

    private static FailureException foreign() {
        return new Failure.BadParameter("pageToken", "it was not made for this request").asException();
    }
}
