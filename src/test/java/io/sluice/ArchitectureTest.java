package io.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.sluice.api.ForAnybody;
import io.sluice.api.ForCallers;
import io.sluice.api.Requires;
import java.lang.annotation.Annotation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// The shape of the code. Each rule's message says what to do instead.
class ArchitectureTest {

    /// Without what the build generates.
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("__"))
            .importPackages("io.sluice");

    @Test
    void packages_use_only_what_their_package_info_allows() {
        ApplicationModules.of(SluiceApplication.class).verify();
    }

    @Test
    void only_delta_uses_delta_kernel() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.delta..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.delta..")
                .because(
                        "Delta Kernel stays behind io.sluice.delta: add what you need to TableSnapshot or Action instead")
                .check(CLASSES);
    }

    @Test
    void only_compute_uses_duckdb_and_arrow() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.compute..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.duckdb..", "org.apache.arrow..", "java.sql..")
                .because("rows are io.sluice.compute's: give it a Scan or a batch and take an answer instead")
                .check(CLASSES);
    }

    @Test
    void only_storage_uses_hadoop_and_cloud_sdks() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.storage..")
                .should()
                .dependOnClassesThat(hadoopOrCloud().and(DescribedPredicate.not(kernelsConfiguration())))
                .because("bytes are io.sluice.storage's: use a Storage and a Location instead")
                .check(CLASSES);
    }

    @Test
    void only_trace_uses_opentelemetry() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.trace..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.opentelemetry..")
                .because("a stage is named with Stages.run(\"name\", work) where it happens")
                .check(CLASSES);
    }

    @Test
    void hadoops_configuration_is_only_for_storage_and_delta() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.storage..", "io.sluice.delta..")
                .should()
                .dependOnClassesThat(kernelsConfiguration())
                .because("only Delta Kernel's engine needs a Configuration")
                .check(CLASSES);
    }

    @Test
    void spring_web_is_for_controllers_api_and_access() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.api..", "io.sluice.access..", "io.sluice.audit..")
                .and()
                .areNotAnnotatedWith(RestController.class)
                .and(DescribedPredicate.not(isPartOfAController()))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "jakarta.servlet..")
                .because("HTTP ends in the controller: hand records to what is below it instead")
                .check(CLASSES);
    }

    @Test
    void only_access_uses_spring_security() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.access.oidc..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.security..", "com.nimbusds..")
                .because("who calls is io.sluice.access's: ask Access or Requester instead")
                .check(CLASSES);
    }

    @Test
    void each_handler_declares_who_may_call_it() {
        methods()
                .that()
                .areMetaAnnotatedWith(RequestMapping.class)
                .should(haveOneOf(Requires.class, ForCallers.class, ForAnybody.class))
                .because(
                        "a handler is called for whom its declaration lets through, so it needs one: @Requires where"
                                + " its path has {table}, else @ForCallers and a question to io.sluice.access.Access for each table")
                .check(CLASSES);
    }

    @SafeVarargs
    private static ArchCondition<JavaMethod> haveOneOf(Class<? extends Annotation>... declarations) {
        return new ArchCondition<>("declare who may call") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                long declared =
                        Stream.of(declarations).filter(method::isAnnotatedWith).count();
                if (declared != 1) {
                    events.add(SimpleConditionEvent.violated(
                            method, method.getFullName() + " has " + declared + " declarations"));
                }
            }
        };
    }

    @Test
    void names_say_a_job() {
        classes()
                .should()
                .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl|Processor)")
                .because("a class is named for what it does (GroupCommitter, SnapshotReader)")
                .check(CLASSES);
    }

    @Test
    void jackson_2_is_not_used() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
                .because(
                        "JSON is read and written with tools.jackson (Jackson 3); only the annotations kept their package")
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> hadoopOrCloud() {
        return DescribedPredicate.describe(
                "of Hadoop or a cloud SDK",
                type -> type.getPackageName().startsWith("org.apache.hadoop")
                        || type.getPackageName().startsWith("software.amazon"));
    }

    private static DescribedPredicate<JavaClass> kernelsConfiguration() {
        return DescribedPredicate.describe(
                "Hadoop's Configuration", type -> type.getName().equals("org.apache.hadoop.conf.Configuration"));
    }

    private static DescribedPredicate<JavaClass> isPartOfAController() {
        return DescribedPredicate.describe(
                "nested in a controller",
                type -> type.getEnclosingClass()
                        .map(outer -> outer.isAnnotatedWith(RestController.class))
                        .orElse(false));
    }
}
