# Builds the jar, splits it into layers, and runs it as a numeric user on a file system that may be read-only (but /data and /tmp).

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY mvnw pom.xml ./
COPY .mvn .mvn
RUN ./mvnw -B -ntp -q dependency:go-offline
COPY src src
COPY scripts/Training.java scripts/
RUN ./mvnw -B -ntp -q package -DskipTests -Dspotless.check.skip=true \
    && java -Djarmode=tools -jar target/sluice.jar extract --layers --destination /layers \
    && javac -d /training scripts/Training.java

FROM eclipse-temurin:25-jre
RUN mkdir /app /data && chown 10001:10001 /data
WORKDIR /app
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./

# Classes loaded and hot methods known beforehand: the service is ready in a third of the time, and fast from its first requests on.
# Where the JVM cannot use the cache it starts without it.
RUN --mount=type=bind,from=build,source=/training,target=/training \
    java -cp /training Training 20 java -Xmx512m -XX:AOTCacheOutput=sluice.aot -jar sluice.jar

USER 10001:10001
ENV SLUICE_ROOT=/data \
    JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=40 -XX:+ExitOnOutOfMemoryError"
VOLUME ["/data", "/tmp"]

# Without authentication the service listens on loopback only, so a published port leads nowhere: use the host's network, a proxy in the same
# network namespace, or kubectl port-forward. See docs/how-to/deploy-with-helm.md.
EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "sluice.jar", "io.sluice.HealthCheck"]

ENTRYPOINT ["java", "-XX:AOTCache=sluice.aot", "-jar", "sluice.jar"]
