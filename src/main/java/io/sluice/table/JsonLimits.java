package io.sluice.table;

import tools.jackson.core.StreamReadConstraints;

/// The limits of the JSON that clients send. Jackson tells all its limits by one exception; these are failures that
/// tell which one it was.
public final class JsonLimits extends StreamReadConstraints {

    private static final long serialVersionUID = 1L;
    private static final int NAME_CHARACTERS = 50_000;

    /// @param depth levels of nested arrays and objects, `sluice.limits.json-depth`
    /// @param stringCharacters of one string, `sluice.limits.string-bytes`
    /// @param numberCharacters of one number
    public JsonLimits(int depth, int stringCharacters, int numberCharacters) {
        super(depth, -1, -1, numberCharacters, stringCharacters, NAME_CHARACTERS);
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
        if (length > _maxNumLen) {
            throw new Failure.TooLarge("the length of a number", _maxNumLen, "characters").asException();
        }
    }

    @Override
    public void validateIntegerLength(int length) {
        validateFPLength(length);
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
