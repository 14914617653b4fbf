package io.sluice.compute.decode;

/// A value that its column cannot take. Ends the row, not the batch; without a stack, since a batch may have many.
final class BadCellException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String column;

    BadCellException(String column, String reason) {
        super(reason, null, false, false);
        this.column = column;
    }

    /// A value whose column the caller adds with [#under(String)].
    BadCellException(String reason) {
        this("", reason);
    }

    /// The same, one level further out.
    BadCellException under(String parent) {
        return new BadCellException(column.isEmpty() ? parent : parent + "." + column, reason());
    }

    /// The path of the column, empty for the row as a whole.
    String column() {
        return column;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
