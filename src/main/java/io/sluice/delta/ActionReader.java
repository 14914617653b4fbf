package io.sluice.delta;

import io.sluice.delta.Action.AddCdcFile;
import io.sluice.delta.Action.AddFile;
import io.sluice.delta.Action.DeletionVector;
import io.sluice.delta.Action.RemoveFile;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import io.sluice.table.SchemaJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads actions from a token stream (Delta protocol, "Actions"). Members that are not known are skipped.
final class ActionReader {

    private ActionReader() {}

    /// Reads the members of the line's object, at whose start the parser stands.
    static void readLine(JsonParser parser, List<Action> actions) {
        for (String kind = parser.nextName(); kind != null; kind = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            if (token != JsonToken.START_OBJECT) {
                parser.skipChildren();
                continue;
            }
            actions.add(
                    switch (kind) {
                        case "add" -> add(parser);
                        case "remove" -> remove(parser);
                        case "cdc" -> cdc(parser);
                        case "metaData" -> metadata(parser);
                        case "protocol" -> protocol(parser);
                        case "txn" -> transaction(parser);
                        case "domainMetadata" -> domain(parser);
                        case "commitInfo" -> new Action.CommitInfo(JsonTokens.members(parser));
                        default -> {
                            parser.skipChildren();
                            yield new Action.Other(kind);
                        }
                    });
        }
    }

    private static AddFile add(JsonParser parser) {
        String path = null;
        Map<String, @Nullable String> partitionValues = Map.of();
        OptionalLong size = OptionalLong.empty();
        OptionalLong modificationTime = OptionalLong.empty();
        boolean dataChange = true;
        Optional<String> stats = Optional.empty();
        Map<String, String> tags = Map.of();
        Optional<DeletionVector> vector = Optional.empty();
        OptionalLong baseRowId = OptionalLong.empty();
        OptionalLong rowCommitVersion = OptionalLong.empty();
        Optional<String> clusteringProvider = Optional.empty();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            switch (name) {
                case "path" -> path = JsonTokens.text(parser).orElse(null);
                case "partitionValues" -> partitionValues = JsonTokens.texts(parser);
                case "size" -> size = JsonTokens.number(parser);
                case "modificationTime" -> modificationTime = JsonTokens.number(parser);
                case "dataChange" -> dataChange = JsonTokens.flag(parser, true);
                case "stats" -> stats = JsonTokens.text(parser);
                case "tags" -> tags = withoutNulls(JsonTokens.texts(parser));
                case "deletionVector" -> vector = deletionVector(parser);
                case "baseRowId" -> baseRowId = JsonTokens.number(parser);
                case "defaultRowCommitVersion" -> rowCommitVersion = JsonTokens.number(parser);
                case "clusteringProvider" -> clusteringProvider = JsonTokens.text(parser);
                default -> parser.skipChildren();
            }
        }
        return new AddFile(
                required(path, "add.path"),
                partitionValues,
                size.orElse(0),
                modificationTime.orElse(0),
                dataChange,
                stats,
                tags,
                vector,
                baseRowId,
                rowCommitVersion,
                clusteringProvider);
    }

    private static RemoveFile remove(JsonParser parser) {
        String path = null;
        OptionalLong deletionTimestamp = OptionalLong.empty();
        boolean dataChange = true;
        Map<String, @Nullable String> partitionValues = Map.of();
        OptionalLong size = OptionalLong.empty();
        Optional<DeletionVector> vector = Optional.empty();
        OptionalLong records = OptionalLong.empty();
        OptionalLong baseRowId = OptionalLong.empty();
        OptionalLong rowCommitVersion = OptionalLong.empty();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            switch (name) {
                case "path" -> path = JsonTokens.text(parser).orElse(null);
                case "deletionTimestamp" -> deletionTimestamp = JsonTokens.number(parser);
                case "dataChange" -> dataChange = JsonTokens.flag(parser, true);
                case "partitionValues" -> partitionValues = JsonTokens.texts(parser);
                case "size" -> size = JsonTokens.number(parser);
                case "deletionVector" -> vector = deletionVector(parser);
                case "stats" ->
                    records = JsonTokens.text(parser)
                            .map(StatisticsJson::numRecords)
                            .orElse(OptionalLong.empty());
                case "baseRowId" -> baseRowId = JsonTokens.number(parser);
                case "defaultRowCommitVersion" -> rowCommitVersion = JsonTokens.number(parser);
                default -> parser.skipChildren();
            }
        }
        return new RemoveFile(
                required(path, "remove.path"),
                deletionTimestamp,
                dataChange,
                partitionValues,
                size,
                vector,
                records,
                baseRowId,
                rowCommitVersion);
    }

    private static AddCdcFile cdc(JsonParser parser) {
        String path = null;
        Map<String, @Nullable String> partitionValues = Map.of();
        OptionalLong size = OptionalLong.empty();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            switch (name) {
                case "path" -> path = JsonTokens.text(parser).orElse(null);
                case "partitionValues" -> partitionValues = JsonTokens.texts(parser);
                case "size" -> size = JsonTokens.number(parser);
                default -> parser.skipChildren();
            }
        }
        return new AddCdcFile(required(path, "cdc.path"), partitionValues, size.orElse(0));
    }

    private static Action.Metadata metadata(JsonParser parser) {
        Map<String, Object> members = JsonTokens.members(parser);
        if (members.get("format") instanceof Map<?, ?> format
                && format.get("provider") instanceof String provider
                && !provider.equalsIgnoreCase("parquet")) {
            throw new Failure.UnsupportedTableFeature(List.of(provider), "data files of this format cannot be read")
                    .asException();
        }
        return new Action.Metadata(
                required(members.get("id") instanceof String id ? id : null, "metaData.id"),
                optionalText(members.get("name")),
                optionalText(members.get("description")),
                schema(members.get("schemaString")),
                textList(members.get("partitionColumns")),
                textMap(members.get("configuration")),
                optionalNumber(members.get("createdTime")));
    }

    /// Absent in early versions of some tables: then there are no columns, and no reading that version.
    private static Schema schema(@Nullable Object schemaString) {
        return schemaString instanceof String text ? SchemaJson.parse(text) : new Schema(List.of());
    }

    private static Action.Protocol protocol(JsonParser parser) {
        Map<String, Object> members = JsonTokens.members(parser);
        return new Action.Protocol(
                requiredInt(members, "minReaderVersion"),
                requiredInt(members, "minWriterVersion"),
                textList(members.get("readerFeatures")),
                textList(members.get("writerFeatures")));
    }

    private static Action.SetTransaction transaction(JsonParser parser) {
        Map<String, Object> members = JsonTokens.members(parser);
        return new Action.SetTransaction(
                required(members.get("appId") instanceof String id ? id : null, "txn.appId"),
                requiredNumber(members, "version"),
                optionalNumber(members.get("lastUpdated")));
    }

    private static Action.DomainMetadata domain(JsonParser parser) {
        Map<String, Object> members = JsonTokens.members(parser);
        return new Action.DomainMetadata(
                required(members.get("domain") instanceof String domain ? domain : null, "domainMetadata.domain"),
                members.get("configuration") instanceof String configuration ? configuration : "",
                Boolean.TRUE.equals(members.get("removed")));
    }

    private static Optional<DeletionVector> deletionVector(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        Map<String, Object> members = JsonTokens.members(parser);
        return Optional.of(new DeletionVector(
                required(members.get("storageType") instanceof String type ? type : null, "storageType"),
                required(members.get("pathOrInlineDv") instanceof String path ? path : null, "pathOrInlineDv"),
                optionalNumber(members.get("offset")),
                requiredInt(members, "sizeInBytes"),
                requiredNumber(members, "cardinality")));
    }

    private static Map<String, String> withoutNulls(Map<String, @Nullable String> texts) {
        Map<String, String> present = new LinkedHashMap<>();
        texts.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return Collections.unmodifiableMap(present);
    }

    private static Optional<String> optionalText(@Nullable Object value) {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static OptionalLong optionalNumber(@Nullable Object value) {
        return value instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }

    private static List<String> textList(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> elements) {
            elements.forEach(element -> texts.add(String.valueOf(element)));
        }
        return List.copyOf(texts);
    }

    private static Map<String, String> textMap(@Nullable Object value) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> members) {
            members.forEach((name, member) -> texts.put((String) name, String.valueOf(member)));
        }
        return Collections.unmodifiableMap(texts);
    }

    private static long requiredNumber(Map<String, Object> members, String name) {
        if (members.get(name) instanceof Long number) {
            return number;
        }
        throw new MalformedActionException(name + " is missing");
    }

    private static int requiredInt(Map<String, Object> members, String name) {
        long value = requiredNumber(members, name);
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw new MalformedActionException(name + " is out of range");
        }
        return (int) value;
    }

    private static String required(@Nullable String value, String name) {
        if (value == null) {
            throw new MalformedActionException(name + " is missing");
        }
        return value;
    }
}
