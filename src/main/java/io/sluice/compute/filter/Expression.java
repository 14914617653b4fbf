package io.sluice.compute.filter;

import io.sluice.table.DataType;
import java.util.List;

/// A checked expression of the filter language, every node with its type.
sealed interface Expression {

    DataType type();

    /// Levels from here down, 1 for a leaf.
    default int depth() {
        int below = 0;
        for (Expression child : children()) {
            below = Math.max(below, child.depth());
        }
        return below + 1;
    }

    List<Expression> children();

    /// The null constant, comparable with everything.
    record Null() implements Expression {
        @Override
        public DataType type() {
            return DataType.Primitive.BOOLEAN;
        }

        @Override
        public List<Expression> children() {
            return List.of();
        }
    }

    /// @param value Long, BigDecimal, Double, Float, String, Boolean, LocalDate, Instant (timestamp),
    ///     LocalDateTime (timestamp_ntz) or byte[], by the type
    record Literal(Object value, DataType type) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of();
        }
    }

    /// @param path logical names as the schema writes them
    record Reference(List<String> path, DataType type) implements Expression {
        @Override
        public List<Expression> children() {
            return List.of();
        }
    }

    record And(List<Expression> children) implements Expression {
        @Override
        public DataType type() {
            return DataType.Primitive.BOOLEAN;
        }
    }

    record Or(List<Expression> children) implements Expression {
        @Override
        public DataType type() {
            return DataType.Primitive.BOOLEAN;
        }
    }

    record Not(Expression operand) implements Expression {
        @Override
        public DataType type() {
            return DataType.Primitive.BOOLEAN;
        }

        @Override
        public List<Expression> children() {
            return List.of(operand);
        }
    }

    record Comparison(Comparator comparator, Expression left, Expression right) implements Expression {
        @Override
        public DataType type() {
            return DataType.Primitive.BOOLEAN;
        }

        @Override
        public List<Expression> children() {
            return List.of(left, right);
        }
    }

    record IsNull(Expression operand) implements Expression {
        @Override
        public DataType type() {
            return DataType.Primitive.BOOLEAN;
        }

        @Override
        public List<Expression> children() {
            return List.of(operand);
        }
    }

    /// The operand is one of the values; the operand is the first child.
    record In(Expression operand, List<Expression> values) implements Expression {
        @Override
        public DataType type() {
            return DataType.Primitive.BOOLEAN;
        }

        @Override
        public List<Expression> children() {
            return java.util.stream.Stream.concat(java.util.stream.Stream.of(operand), values.stream())
                    .toList();
        }
    }

    /// A function, operator or other form whose SQL is a template: `?1`, `?2` stand for the children, `?*` for all
    /// of them with commas, `??` for a question mark.
    record Call(String template, List<Expression> children, DataType type) implements Expression {}

    /// `CASE WHEN … THEN … … ELSE … END`: children are condition, value, condition, value, …, and the value of
    /// `ELSE`.
    record Case(List<Expression> children, DataType type) implements Expression {}

    enum Comparator {
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        NOT_DISTINCT("IS NOT DISTINCT FROM"),
        DISTINCT("IS DISTINCT FROM");

        private final String sql;

        Comparator(String sql) {
            this.sql = sql;
        }

        String sql() {
            return sql;
        }
    }
}
