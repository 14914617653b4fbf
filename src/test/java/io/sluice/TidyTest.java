package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.sluice.api.ProblemType;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/// What a formatter and a compiler do not see: sizes, left-overs, and documents that are no longer true.
class TidyTest {

    private static final Path ROOT = Path.of("").toAbsolutePath();
    private static final Path SOURCES = ROOT.resolve("src/main/java");
    private static final int LINE_CHARACTERS = 120;
    private static final int FILE_LINES = 500;
    private static final int METHOD_LINES = 70;
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "data", "node_modules", ".venv", "shared");

    /// Longer than the rule, because it is one table that is read from top to bottom.
    private static final Set<String> LONG_METHODS = Set.of("Problems.of");

    /// The formatter wraps code, but it breaks a comment beyond its width into lines without slashes.
    @Test
    void comments_are_wrapped_by_hand() throws IOException {
        assertThat(violations(
                        SOURCES,
                        line -> line.stripLeading().startsWith("///")
                                && line.length() + line.indexOf('/') + 1 > LINE_CHARACTERS))
                .as("comments wider than " + LINE_CHARACTERS + " columns less their indentation: wrap them")
                .isEmpty();
    }

    @Test
    void files_fit_a_sitting() throws IOException {
        List<String> long_ = new ArrayList<>();
        for (Path file : files(ROOT, ".java")) {
            long lines = Files.readAllLines(file).size();
            if (lines > FILE_LINES) {
                long_.add(ROOT.relativize(file) + " has " + lines + " lines: split it by subject");
            }
        }
        assertThat(long_).isEmpty();
    }

    @Test
    void methods_fit_a_screen() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var units = manager.getJavaFileObjectsFromPaths(files(SOURCES, ".java"));
            var task = (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, units);
            List<String> long_ = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodSizes(unit, Trees.instance(task).getSourcePositions(), long_).scan(unit, null);
            }
            assertThat(long_).isEmpty();
        }
    }

    @Test
    void nothing_is_left_to_do_in_a_comment() throws IOException {
        var leftOver = Pattern.compile("//.*\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

        assertThat(violations(ROOT, line -> leftOver.matcher(line).find())).isEmpty();
    }

    @Test
    void no_test_sleeps_or_is_switched_off() throws IOException {
        String sleep = "Thread" + ".sleep(";
        String off = "@Dis" + "abled";

        assertThat(violations(ROOT, line -> line.contains(sleep) || line.contains(off)))
                .isEmpty();
    }

    @Test
    void each_problem_type_is_documented() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference/problems.md"));

        assertThat(Stream.of(ProblemType.values())
                        .filter(type -> !page.contains("| `" + type.slug() + "` | " + type.status() + " |"))
                        .map(ProblemType::slug))
                .as("rows missing from docs/reference/problems.md")
                .isEmpty();
    }

    @Test
    void each_property_is_documented() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference/configuration.md"));
        Set<String> documented = Pattern.compile("`(sluice\\.[a-z0-9.-]+)`")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());

        assertThat(properties())
                .as("properties and the rows of docs/reference/configuration.md")
                .isEqualTo(documented);
    }

    @Test
    void relative_links_lead_somewhere() throws IOException {
        var link = Pattern.compile("]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
        List<String> broken = new ArrayList<>();
        for (Path file : files(ROOT, ".md")) {
            for (MatchResult match :
                    link.matcher(Files.readString(file)).results().toList()) {
                String target = match.group(1);
                if (!target.contains("://")
                        && !target.startsWith("mailto:")
                        && Files.notExists(file.resolveSibling(target))) {
                    broken.add(ROOT.relativize(file) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /// A method without a class belongs to the test named before it.
    @Test
    void the_tests_that_the_protocol_coverage_names_exist_and_each_row_names_one() throws IOException {
        var tests = new TreeMap<String, Path>();
        try (var files = Files.walk(ROOT.resolve("src/test/java"))) {
            files.filter(file -> file.toString().endsWith("Test.java"))
                    .forEach(file -> tests.put(file.getFileName().toString().replace(".java", ""), file));
        }
        Pattern proof = Pattern.compile("`(?:[a-z.]+\\.)?([A-Z]\\w*Test)?(?:#(\\w+))?`");
        var missing = new ArrayList<String>();
        String named = "";
        for (String line : Files.readAllLines(ROOT.resolve("PROTOCOL_COVERAGE.md"))) {
            if (!line.startsWith("| ") || line.matches("\\| (Part|Version|Feature|Type|Operation) \\|.*")) {
                continue;
            }
            boolean isProven = line.contains("pack:");
            for (MatchResult match : proof.matcher(line).results().toList()) {
                named = match.group(1) == null ? named : match.group(1);
                boolean isThere = tests.containsKey(named)
                        && (match.group(2) == null
                                || Files.readString(tests.get(named)).contains(" " + match.group(2) + "("));
                isProven |= isThere;
                if (!isThere) {
                    missing.add(match.group());
                }
            }
            if (!isProven) {
                missing.add(line);
            }
        }
        assertThat(missing)
                .as("tests that PROTOCOL_COVERAGE.md names and that are not there, rows without one")
                .isEmpty();
    }

    @Test
    void the_types_that_architecture_names_exist() throws IOException {
        Path page = ROOT.resolve("ARCHITECTURE.md");
        String text = Files.exists(page) ? Files.readString(page) : "";
        Set<String> types = files(ROOT, ".java").stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .collect(Collectors.toSet());

        assertThat(Pattern.compile("`(?:[a-z.]+\\.)?([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)(?:[.#(][^`]*)?`")
                        .matcher(text)
                        .results()
                        .map(match -> match.group(1))
                        .filter(name -> !types.contains(name)))
                .as("types named in ARCHITECTURE.md that are not in the sources")
                .isEmpty();
    }

    /// Every `sluice.*` property that the code binds, in kebab case.
    private static Set<String> properties() throws IOException {
        Set<String> names = new TreeSet<>();
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (var candidate : scanner.findCandidateComponents("io.sluice")) {
            Class<?> type = org.springframework.util.ClassUtils.resolveClassName(
                    String.valueOf(candidate.getBeanClassName()), null);
            var annotation = AnnotatedElementUtils.getMergedAnnotation(type, ConfigurationProperties.class);
            addComponents(annotation == null ? "" : annotation.prefix(), type, names);
        }
        var placeholder = Pattern.compile("\\$\\{(sluice\\.[a-z0-9.-]+)");
        for (Path file : files(ROOT, ".java")) {
            placeholder.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group(1)));
        }
        return names;
    }

    private static void addComponents(String prefix, Class<?> type, Set<String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                addComponents(name, component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }

    private static List<String> violations(Path below, Predicate<String> isBad) throws IOException {
        List<String> violations = new ArrayList<>();
        for (Path file : files(below, ".java")) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (isBad.test(lines.get(i))) {
                    violations.add(ROOT.relativize(file) + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }
        return violations;
    }

    private static List<Path> files(Path below, String suffix) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(below, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return NOT_OURS.contains(directory.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(suffix)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static final class MethodSizes extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final CompilationUnitTree unit;
        private final LineMap lines;
        private final SourcePositions positions;
        private final List<String> tooLong;

        MethodSizes(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
            this.unit = unit;
            this.lines = unit.getLineMap();
            this.positions = positions;
            this.tooLong = tooLong;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            String file = Path.of(unit.getSourceFile().toUri()).getFileName().toString();
            String name = file.replace(".java", ".") + method.getName();
            if (last - first >= METHOD_LINES && !LONG_METHODS.contains(name)) {
                tooLong.add(name + " has " + (last - first + 1) + " lines: say its steps as methods");
            }
            return super.visitMethod(method, nothing);
        }
    }
}
