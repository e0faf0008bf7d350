using System.Reflection;
using System.Text;

namespace Elbo.Tests.PublicApi;

/// <summary>
/// Prints what other assemblies can see of one: every public type and the members it declares, in the order of their
/// names.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
            : type.IsValueType ? "struct"
            : IsStatic(type) ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        var above = type.GetInterfaces()
            .Where(i => i.IsPublic)
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Select(Name)
            .Order(StringComparer.Ordinal);
        var bases =
            type.BaseType is { } parent
            && parent != typeof(object)
            && parent != typeof(ValueType)
            && parent != typeof(Enum)
                ? above.Prepend(Name(parent))
                : above;
        string list = string.Join(", ", bases);
        return $"{kind} {type.Namespace}.{Name(type)}{(list.Length > 0 ? " : " + list : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f =>
                    $"{f.Name} = "
                    + $"{Convert.ToInt64(f.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture)}"
                );
        return
        [
            .. type.GetConstructors(Declared).Where(IsVisible).Select(c => $"new({Parameters(c)})"),
            .. type.GetFields(Declared)
                .Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly)
                .Select(f =>
                    $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{Name(f.FieldType)} "
                    + $"{f.Name}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}"
                ),
            .. type.GetProperties(Declared).Where(p => p.GetAccessors(nonPublic: true).Any(IsVisible)).Select(Property),
            .. type.GetMethods(Declared).Where(m => IsVisible(m) && IsWritten(m)).Select(Method),
            .. type.GetEvents(Declared)
                .Where(e => IsVisible(e.AddMethod!))
                .Select(e => $"event {Name(e.EventHandlerType!)} {e.Name}"),
        ];
    }

    private static string Property(PropertyInfo property)
    {
        string accessors = string.Join(
            " ",
            property
                .GetAccessors(nonPublic: true)
                .Where(IsVisible)
                .Select(a =>
                    Access(a)
                    + (
                        a.ReturnType != typeof(void) ? "get;"
                        : a.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "init;"
                        : "set;"
                    )
                )
        );
        string index = property.GetIndexParameters() is { Length: > 0 } list
            ? $"[{string.Join(", ", list.Select(Parameter))}]"
            : "";
        string modifiers = Modifiers(property.GetAccessors(nonPublic: true).First(IsVisible));
        string type = Name(property.PropertyType) + NullableMark(Nullability.Create(property));
        return $"{modifiers}{type} {property.Name}{index} {{ {accessors} }}";
    }

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>"
            : "";
        string type = Name(method.ReturnType) + NullableMark(Nullability.Create(method.ReturnParameter));
        return $"{Access(method)}{Modifiers(method)}{type} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string direction =
            parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : parameter.ParameterType.IsByRef ? "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : "";
        // The value itself is not printed: what matters to callers is that they may leave it out.
        string type = Name(parameter.ParameterType) + NullableMark(Nullability.Create(parameter));
        return $"{direction}{type} {parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}";
    }

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) =>
        method.IsStatic ? "static "
        : method.DeclaringType!.IsInterface ? ""
        : method.IsAbstract ? "abstract "
        : !method.IsVirtual || method.IsFinal ? ""
        : method.GetBaseDefinition() == method ? "virtual "
        : "override ";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>Not what the compiler makes for properties, events and records.</summary>
    private static bool IsWritten(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && !method.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));

    private static string NullableMark(NullabilityInfo info) =>
        !info.Type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";

    private static bool IsStatic(Type type) => type.IsAbstract && type.IsSealed;

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (type.IsPointer)
            return $"{Name(type.GetElementType()!)}*";
        if (System.Nullable.GetUnderlyingType(type) is { } value)
            return Name(value) + "?";
        string name =
            (type.IsNested && !type.IsGenericParameter ? Name(type.DeclaringType!) + "." : "")
            + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
