package io.sluice.compute.encode;

/// Dates and times as ISO-8601 text, in the proleptic Gregorian calendar.
final class CalendarText {

    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private CalendarText() {}

    /// `2026-11-20`; years beyond 9999 have more digits, those before 0000 a sign.
    static void date(ByteText out, long epochDay) {
        long shifted = epochDay + 719_468;
        long era = Math.floorDiv(shifted, 146_097L);
        int dayOfEra = (int) (shifted - era * 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shiftedMonth = (5 * dayOfYear + 2) / 153;
        int day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        if (year < 0) {
            out.put('-');
            year = -year;
        }
        if (year > 9_999) {
            out.number(year);
        } else {
            out.padded((int) year, 4);
        }
        out.put('-');
        out.padded(month, 2);
        out.put('-');
        out.padded(day, 2);
    }

    /// `2026-11-20T08:15:30.123456`, always with six digits.
    static void timestamp(ByteText out, long epochMicros) {
        long day = Math.floorDiv(epochMicros, MICROS_PER_DAY);
        long micros = Math.floorMod(epochMicros, MICROS_PER_DAY);
        date(out, day);
        int seconds = (int) (micros / 1_000_000);
        out.put('T');
        out.padded(seconds / 3_600, 2);
        out.put(':');
        out.padded(seconds / 60 % 60, 2);
        out.put(':');
        out.padded(seconds % 60, 2);
        out.put('.');
        out.padded((int) (micros % 1_000_000), 6);
    }
}
