package io.sluice.compute.decode;

import java.time.LocalDate;

/// Dates and timestamps from their ISO-8601 text in ASCII, years 0001 to 9999, to the microsecond.
final class Times {

    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long MIN_MICROS = LocalDate.of(1, 1, 1).toEpochDay() * DAY_MICROS;
    private static final long MAX_MICROS = (LocalDate.of(9999, 12, 31).toEpochDay() + 1) * DAY_MICROS - 1;
    private static final int MIN_DAY = (int) LocalDate.of(1, 1, 1).toEpochDay();
    private static final int MAX_DAY = (int) LocalDate.of(9999, 12, 31).toEpochDay();
    private static final int DATE_LENGTH = 10;
    private static final int MAX_OFFSET_SECONDS = 18 * 3600;
    private static final String OUT_OF_RANGE = "is out of range: years 0001 to 9999";

    private Times() {}

    /// `2026-11-20` as days since 1970.
    static int date(byte[] text, int offset, int length) throws BadCellException {
        if (length != DATE_LENGTH) {
            throw new BadCellException("is not a date as 2026-11-20");
        }
        return day(text, offset);
    }

    private static int day(byte[] text, int at) throws BadCellException {
        if (text[at + 4] != '-' || text[at + 7] != '-') {
            throw new BadCellException("is not a date as 2026-11-20");
        }
        int year = number(text, at, 4);
        int month = number(text, at + 5, 2);
        int day = number(text, at + 8, 2);
        if (year < 1) {
            throw new BadCellException(year == 0 ? OUT_OF_RANGE : "is not a date as 2026-11-20");
        }
        if (month < 1 || month > 12 || day < 1 || day > daysOf(month, year)) {
            throw new BadCellException("is not a date of the calendar");
        }
        return epochDay(year, month, day);
    }

    private static int daysOf(int month, int year) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /// Days since 1970 of a date of the Gregorian calendar. Years are counted from March, so that the leap day is
    /// the last one, in eras of 400 years.
    private static int epochDay(int year, int month, int day) {
        int marchYear = month > 2 ? year : year - 1;
        int era = marchYear / 400;
        int yearOfEra = marchYear % 400;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    /// A timestamp with an offset as microseconds since 1970 UTC.
    static long instant(byte[] text, int offset, int length) throws BadCellException {
        int end = offset + length;
        int zone = timeEnd(text, offset, length);
        long micros = local(text, offset, zone);
        if (zone == end) {
            throw new BadCellException("has no offset: write Z or one as +02:00");
        }
        return checkedMicros(micros - offsetSeconds(text, zone, end) * 1_000_000L);
    }

    /// A timestamp without an offset as microseconds since 1970 on the clock's face.
    static long wallClock(byte[] text, int offset, int length) throws BadCellException {
        int zone = timeEnd(text, offset, length);
        if (zone != offset + length) {
            throw new BadCellException("has an offset; a timestamp_ntz has none");
        }
        return local(text, offset, zone);
    }

    static boolean isInRange(long micros) {
        return micros >= MIN_MICROS && micros <= MAX_MICROS;
    }

    static boolean isDayInRange(long day) {
        return day >= MIN_DAY && day <= MAX_DAY;
    }

    static long checkedMicros(long micros) throws BadCellException {
        if (!isInRange(micros)) {
            throw new BadCellException(OUT_OF_RANGE);
        }
        return micros;
    }

    static int checkedDay(long day) throws BadCellException {
        if (!isDayInRange(day)) {
            throw new BadCellException(OUT_OF_RANGE);
        }
        return (int) day;
    }

    private static BadCellException malformed() {
        return new BadCellException("is not a timestamp as 2026-11-20T08:15:30.123456");
    }

    /// Where the time of day ends and the offset, if there is one, begins.
    private static int timeEnd(byte[] text, int offset, int length) throws BadCellException {
        int end = offset + length;
        int at = offset + DATE_LENGTH;
        if (length < DATE_LENGTH + 6 || text[at] != 'T') {
            throw malformed();
        }
        at++;
        while (at < end && (text[at] == ':' || text[at] == '.' || (text[at] >= '0' && text[at] <= '9'))) {
            at++;
        }
        return at;
    }

    private static long local(byte[] text, int offset, int end) throws BadCellException {
        long micros = day(text, offset) * DAY_MICROS;
        int at = offset + DATE_LENGTH + 1;
        if (end < at + 5 || text[at + 2] != ':') {
            throw malformed();
        }
        int hour = number(text, at, 2);
        int minute = number(text, at + 3, 2);
        int second = 0;
        int fraction = 0;
        at += 5;
        if (at < end) {
            if (text[at] != ':' || end < at + 3) {
                throw malformed();
            }
            second = number(text, at + 1, 2);
            at += 3;
            if (at < end) {
                fraction = fraction(text, at, end);
            }
        }
        if (hour < 0 || minute < 0 || second < 0) {
            throw malformed();
        }
        if (hour > 23 || minute > 59 || second > 59) {
            throw new BadCellException("is not a time of the day");
        }
        return micros + ((hour * 60L + minute) * 60L + second) * 1_000_000L + fraction;
    }

    private static int fraction(byte[] text, int at, int end) throws BadCellException {
        if (text[at] != '.' || at + 1 == end) {
            throw malformed();
        }
        int micros = 0;
        int digits = 0;
        for (int i = at + 1; i < end; i++) {
            if (text[i] < '0' || text[i] > '9') {
                throw malformed();
            }
            if (digits < 6) {
                micros = micros * 10 + (text[i] - '0');
                digits++;
            } else if (text[i] != '0') {
                throw new BadCellException("is finer than a microsecond");
            }
        }
        for (; digits < 6; digits++) {
            micros *= 10;
        }
        return micros;
    }

    private static int offsetSeconds(byte[] text, int at, int end) throws BadCellException {
        int length = end - at;
        if (length == 1 && text[at] == 'Z') {
            return 0;
        }
        if ((text[at] != '+' && text[at] != '-')
                || !(length == 3 || (length == 5 && text[at + 3] != ':') || (length == 6 && text[at + 3] == ':'))) {
            throw malformed();
        }
        int hours = number(text, at + 1, 2);
        int minutes = length == 3 ? 0 : number(text, end - 2, 2);
        int seconds = hours * 3600 + minutes * 60;
        if (hours < 0 || minutes < 0 || minutes > 59 || seconds > MAX_OFFSET_SECONDS) {
            throw malformed();
        }
        return text[at] == '-' ? -seconds : seconds;
    }

    /// Digits as a number; -1 when one is none.
    private static int number(byte[] text, int at, int count) {
        int value = 0;
        for (int i = at; i < at + count; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
