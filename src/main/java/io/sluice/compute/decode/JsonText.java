package io.sluice.compute.decode;

import io.sluice.table.Failure;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// The JSON reader of row bodies: strict grammar, limits that answer with their own failure.
final class JsonText {

    private JsonText() {}

    static JsonFactory factory(DecodeLimits limits) {
        return JsonFactory.builder().streamReadConstraints(new Limits(limits)).build();
    }

    /// Jackson tells all its limits by one exception; these tell which one it was.
    private static final class Limits extends StreamReadConstraints {

        private static final long serialVersionUID = 1L;
        private static final int NAME_CHARACTERS = 50_000;

        Limits(DecodeLimits limits) {
            super(limits.jsonDepth(), -1, -1, limits.stringBytes(), limits.stringBytes(), NAME_CHARACTERS);
        }

        @Override
        public void validateNestingDepth(int depth) {
            if (depth > _maxNestingDepth) {
                throw new Failure.TooLarge("sluice.limits.json-depth", _maxNestingDepth, "levels").asException();
            }
        }

        @Override
        public void validateStringLength(int length) {
            if (length > _maxStringLen) {
                throw tooLong();
            }
        }

        @Override
        public void validateStringLengthLong(long length) {
            if (length > _maxStringLen) {
                throw tooLong();
            }
        }

        @Override
        public void validateFPLength(int length) {
            validateStringLength(length);
        }

        @Override
        public void validateIntegerLength(int length) {
            validateStringLength(length);
        }

        @Override
        public void validateNameLength(int length) {
            if (length > _maxNameLen) {
                throw new Failure.TooLarge("the length of a member's name", _maxNameLen, "characters").asException();
            }
        }

        private RuntimeException tooLong() {
            return new Failure.TooLarge("sluice.limits.string-bytes", _maxStringLen, "bytes").asException();
        }
    }
}
