package io.sluice.compute.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Lists of column names as table properties hold them: separated by commas, nested names by dots, a part in back
/// quotes taken as it is (a doubled back quote stands for one).
final class ColumnNames {

    private ColumnNames() {}

    /// The names' parts in lower case.
    static List<List<String>> parse(String text) {
        var names = new ArrayList<List<String>>();
        var parts = new ArrayList<String>();
        var part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ',';
            if (quoted && i < text.length()) {
                if (c != '`') {
                    part.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '`') {
                    part.append(c);
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '`') {
                quoted = true;
            } else if (c == '.' || c == ',') {
                parts.add(part.toString().trim().toLowerCase(Locale.ROOT));
                part.setLength(0);
                if (c == ',') {
                    if (parts.stream().noneMatch(String::isEmpty)) {
                        names.add(List.copyOf(parts));
                    }
                    parts.clear();
                }
            } else {
                part.append(c);
            }
        }
        return names;
    }
}
