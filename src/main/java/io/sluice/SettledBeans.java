package io.sluice;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Whether this start may take the beans that the build settled (Spring's ahead-of-time processing) instead of looking
/// for them on the class path, which is half of the work of a start.
///
/// The build settled them under the service's own defaults, so a setting that decides which beans there are would be
/// passed over in silence. Spring's own settings may be such; ours and the server's are only values. A start that is
/// given one of Spring's, or a file that may hold one, decides anew.
final class SettledBeans {

    private static final List<String> DECIDING = List.of("spring", "management", "serverforwardheaders");
    private static final List<String> VALUES = List.of("springlifecycle", "springapplicationname");

    private SettledBeans() {}

    /// Only in a packaged jar: a directory of classes may hold what an earlier build settled.
    static boolean fit(List<String> arguments) {
        URL settled = SettledBeans.class.getResource("SluiceApplication__ApplicationContextInitializer.class");
        return settled != null
                && settled.getProtocol().equals("jar")
                && fit(
                        arguments,
                        System.getenv().keySet(),
                        System.getProperties().stringPropertyNames(),
                        Path.of("").toAbsolutePath());
    }

    /// @param directory where Spring looks for files with settings
    static boolean fit(
            List<String> arguments, Collection<String> environment, Collection<String> properties, Path directory) {
        Stream<String> given = arguments.stream()
                .filter(argument -> argument.startsWith("--"))
                .map(argument -> argument.split("=", 2)[0]);
        return Stream.of(given, environment.stream(), properties.stream())
                        .flatMap(names -> names)
                        .noneMatch(SettledBeans::decidesBeans)
                && !hasSettings(directory);
    }

    /// A setting may be written `spring.main.x`, `SPRING_MAIN_X` or `Spring.main.X`.
    private static boolean decidesBeans(String name) {
        String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return DECIDING.stream().anyMatch(letters::startsWith)
                && VALUES.stream().noneMatch(letters::startsWith);
    }

    private static boolean hasSettings(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.equals("config") || name.startsWith("application"));
        } catch (IOException e) {
            return true;
        }
    }
}
