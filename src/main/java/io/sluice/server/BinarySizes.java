package io.sluice.server;

import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationPropertiesBinding;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/// Sizes in settings: as Spring reads them, whose units are powers of two, and with the units of IEC 80000-13 that say
/// so: `1GiB` is `1GB`.
@Component
@ConfigurationPropertiesBinding
class BinarySizes implements Converter<String, DataSize> {

    @Override
    public DataSize convert(String text) {
        String stripped = text.strip();
        String lower = stripped.toLowerCase(Locale.ROOT);
        boolean binary =
                lower.endsWith("kib") || lower.endsWith("mib") || lower.endsWith("gib") || lower.endsWith("tib");
        int unit = stripped.length() - 3;
        return DataSize.parse(
                binary
                        ? stripped.substring(0, unit).strip()
                                + lower.substring(unit, unit + 1).toUpperCase(Locale.ROOT) + "B"
                        : stripped);
    }
}
