package io.sluice.compute.filter;

import io.sluice.table.DataType;
import java.util.List;
import java.util.Optional;

/// What a text means where readings differ: the parser knows the grammar, a dialect the constants, functions, casts
/// and types.
///
/// Every method refuses what the dialect does not have with a [io.sluice.table.FailureException].
interface Dialect {

    /// What a text in double quotes is, and whether a backslash escapes in quoted texts.
    enum Quotes {
        /// `"a"` is a name, a backslash an ordinary character.
        NAMES,
        /// `"a"` is a text like `'a'`, a backslash escapes in both (Spark's default).
        TEXTS
    }

    Quotes quotes();

    /// A number as written, without sign.
    Expression number(String text);

    /// A word that is a constant and no column, such as `current_date`.
    Optional<Expression> constant(String word);

    Expression call(String name, List<Expression> arguments);

    Expression cast(Expression operand, DataType type, Casts.Mode mode);

    /// @param operator `+`, `-`, `*`, `/`, `%` or `DIV`
    Expression arithmetic(String operator, Expression left, Expression right);

    /// The number with the other sign.
    Expression negated(Expression operand);

    /// Both sides in the type in which they are compared.
    List<Expression> comparable(Expression left, Expression right);

    /// The type that values of all of these have.
    DataType common(List<Expression> values);

    /// @param operator `LIKE` or `ILIKE`
    /// @param escape one character
    Expression like(String operator, Expression left, Expression pattern, Optional<String> escape);

    /// `RLIKE`.
    Expression matches(Expression left, Expression pattern);
}
