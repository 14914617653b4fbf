package io.sluice.compute.scan;

import io.sluice.compute.Scan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Files that one `read_parquet` reads: alike in what becomes of their rows.
///
/// @param numbers of the files in their scan
record FileRun(Rows rows, Set<String> ownColumns, List<Scan.File> files, List<Integer> numbers) {

    /// Which rows of a file belong to the scan.
    enum Rows {
        ALL,
        ALL_BUT_LISTED,
        ONLY_LISTED
    }

    /// What becomes of files of which no row is deleted where others have such rows.
    enum WholeFiles {
        /// They are read without a look at deleted rows.
        APART,
        /// They are read with the others: a sort of what is put together from several reads and joined takes
        /// memory that DuckDB does not count on.
        TOGETHER;

        /// The rows of a whole file among these.
        private Rows among(List<Scan.File> files) {
            return this == TOGETHER
                            && files.stream()
                                    .anyMatch(file -> file.deletedRows().isPresent())
                    ? Rows.ALL_BUT_LISTED
                    : Rows.ALL;
        }
    }

    private record Kind(Rows rows, Set<String> ownColumns) {

        /// @param whole the rows of a file of which none is deleted
        static Kind of(Scan.File file, Rows whole) {
            return new Kind(rows(file, whole), file.ownColumns());
        }

        private static Rows rows(Scan.File file, Rows whole) {
            if (file.onlyRows().isPresent()) {
                return Rows.ONLY_LISTED;
            }
            return file.deletedRows().isPresent() ? Rows.ALL_BUT_LISTED : whole;
        }
    }

    /// Neighbours that are alike, in the order of the files.
    ///
    /// @param first number of the first file that is read
    static List<FileRun> neighbours(List<Scan.File> files, int first, WholeFiles wholeFiles) {
        Rows whole = wholeFiles.among(files);
        var runs = new ArrayList<FileRun>();
        int start = first;
        while (start < files.size()) {
            Kind kind = Kind.of(files.get(start), whole);
            int end = start + 1;
            while (end < files.size() && Kind.of(files.get(end), whole).equals(kind)) {
                end++;
            }
            runs.add(new FileRun(kind.rows(), kind.ownColumns(), files.subList(start, end), numbers(start, end)));
            start = end;
        }
        return runs;
    }

    private static List<Integer> numbers(int start, int end) {
        var numbers = new ArrayList<Integer>(end - start);
        for (int i = start; i < end; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    /// All that are alike, wherever they stand: a few runs, whose rows are not in the order of the files.
    static List<FileRun> alike(List<Scan.File> files, int first, WholeFiles wholeFiles) {
        Rows whole = wholeFiles.among(files);
        Map<Kind, FileRun> runs = new LinkedHashMap<>();
        for (int i = first; i < files.size(); i++) {
            FileRun run = runs.computeIfAbsent(
                    Kind.of(files.get(i), whole),
                    kind -> new FileRun(kind.rows(), kind.ownColumns(), new ArrayList<>(), new ArrayList<>()));
            run.files.add(files.get(i));
            run.numbers.add(i);
        }
        return List.copyOf(runs.values());
    }

    /// The number of the file that a row comes from, as a BIGINT.
    ///
    /// @param less what is taken away from it
    String number(int less) {
        int first = numbers.getFirst();
        if (numbers.size() == 1) {
            return first - less + "::BIGINT";
        }
        if (numbers.getLast() - first == numbers.size() - 1) {
            int offset = first - less;
            return offset == 0 ? "CAST(file_index AS BIGINT)" : "CAST(file_index AS BIGINT) + " + offset;
        }
        // No list: DuckDB tries conditions on the number of a file with one that is none when it plans.
        return IntStream.range(0, numbers.size())
                .mapToObj(file -> "WHEN " + file + " THEN " + (numbers.get(file) - less))
                .collect(Collectors.joining(" ", "CAST(CASE file_index ", " END AS BIGINT)"));
    }

    /// How many rows vectors name.
    long listedRows() {
        return files.stream()
                .mapToLong(file -> file.listedRows().map(rows -> rows.length).orElse(0))
                .sum();
    }
}
